package dev.penstock.proxy;

import dev.penstock.Table;
import dev.penstock.catalog.Fallback;
import dev.penstock.service.Service;

/** The services that one request may go to: that of its route, then its fallbacks. Confined to the event loop of its client. */
final class ServiceChain {
    private final Table table;
    private Service service;
    private int passed;
    private boolean credentials = true;

    /** Begins with the service of the route, or with its fallback while that one stands in for it. */
    ServiceChain(Table table, Service first) {
        this.table = table;
        this.service = first;
        while (hasNext() && service.fallbackSwitch().passes()) {
            next();
        }
    }

    /** Whose turn it is. */
    Service service() {
        return service;
    }

    /** Tells whether it may see what the client proves itself by. */
    boolean seesCredentials() {
        return credentials;
    }

    boolean hasNext() {
        return service.spec().fallback() != null && passed < Table.MOST_FALLBACKS && table.fallback(service) != null;
    }

    /** Tells whether an answer is as good as none, since there is a fallback. */
    boolean isBad(int status) {
        Fallback fallback = service.spec().fallback();
        return fallback != null && fallback.statuses().contains(status) && hasNext();
    }

    /** Goes on to the fallback; false if there is none. */
    boolean next() {
        Service next = passed < Table.MOST_FALLBACKS ? table.fallback(service) : null;
        if (next == null) {
            return false;
        }
        Fallback fallback = service.spec().fallback();
        credentials &= fallback == null || fallback.credentials();
        service.fallbackSwitch().count();
        service = next;
        passed++;
        return true;
    }
}
