package dev.penstock.service;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one endpoint, and the one in use: the first, until connecting to it fails; then the next. Thus
 * {@code localhost} works with a service that listens on {@code 127.0.0.1} only or on {@code ::1} only. Thread-safe.
 */
final class Addresses {
    static final Addresses NONE = new Addresses(new InetSocketAddress[0], 0);

    private final InetSocketAddress[] all;
    // Racing writers may skip an address; the next failure comes back to it.
    private volatile int position;

    private Addresses(InetSocketAddress[] all, int position) {
        this.all = all;
        this.position = position;
    }

    @Nullable
    InetSocketAddress current() {
        return all.length == 0 ? null : all[position];
    }

    void avoid(InetSocketAddress failed) {
        int at = position;
        if (all.length > 1 && all[at].equals(failed)) {
            position = (at + 1) % all.length;
        }
    }

    /** The addresses after a look-up; the one in use stays in use while it is among them. */
    Addresses next(List<InetAddress> hosts, int port) {
        InetSocketAddress used = current();
        var next = new InetSocketAddress[hosts.size()];
        int at = 0;
        for (int i = 0; i < next.length; i++) {
            next[i] = new InetSocketAddress(hosts.get(i), port);
            if (next[i].equals(used)) {
                at = i;
            }
        }
        return new Addresses(next, at);
    }
}
