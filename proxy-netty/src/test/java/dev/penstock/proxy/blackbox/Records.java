package dev.penstock.proxy.blackbox;

import dev.penstock.proxy.ExchangeObserver;
import dev.penstock.proxy.ExchangeRecord;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The records that a gateway has told. */
final class Records implements ExchangeObserver {
    private final LinkedBlockingQueue<ExchangeRecord> queue = new LinkedBlockingQueue<>();

    @Override
    public void completed(ExchangeRecord record) {
        queue.add(record);
    }

    @Override
    public void passed(ExchangeRecord record) {
        queue.add(record);
    }

    ExchangeRecord next() throws InterruptedException {
        ExchangeRecord next = queue.poll(30, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no record within 30 s");
        }
        return next;
    }
}
