package dev.penstock.service;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.observe.Event;
import dev.penstock.observe.Observer;
import dev.penstock.retry.Retries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells when the retry budget of a service is spent, and when it suffices again. */
record BudgetNews(ServiceName name, Observer observer) implements Retries.Observer {
    private static final Logger LOG = LoggerFactory.getLogger(BudgetNews.class);

    @Override
    public void budget(boolean spent) {
        if (spent) {
            LOG.warn("service {}: the retry budget is spent, further failures are passed on", name);
        } else {
            LOG.info("service {}: the retry budget suffices again", name);
        }
        observer.on(new Event.RetryBudgetChanged(name, spent));
    }
}
