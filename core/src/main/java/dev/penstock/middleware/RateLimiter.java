package dev.penstock.middleware;

import dev.penstock.request.Request;
import dev.penstock.resolve.IpLiteral;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of a {@link RateLimit}. Thread-safe; takes no lock.
 *
 * <p>Generic cell rate algorithm: an account is one time, the one at which it would be full again if every request so far had
 * been paid for at the steady rate. A full account is as good as none, so the table forgets those first. Cost: O(1).
 *
 * @see <a href="https://www.itu.int/rec/T-REC-I.371">ITU-T I.371, annex A</a>
 */
final class RateLimiter {
    private static final int WAYS = 8;
    private static final int LONGEST_KEY = 128;

    private final RateLimit spec;
    private final long costNanos;
    private final long burstNanos;
    private final int sets;
    private final AtomicReferenceArray<@Nullable Account> accounts;

    /** An account; {@code full} is a reading of the ticker. */
    private record Account(String key, AtomicLong full) {}

    RateLimiter(RateLimit spec) {
        this.spec = spec;
        this.costNanos = Math.max(1, spec.period().toNanos() / spec.requests());
        this.burstNanos = costNanos * spec.burst();
        int wanted = Math.max(1, (spec.clients() + WAYS - 1) / WAYS);
        this.sets = Integer.highestOneBit(wanted) == wanted ? wanted : Integer.highestOneBit(wanted) << 1;
        this.accounts = new AtomicReferenceArray<>(sets * WAYS);
    }

    /** Takes one request from its account: 0, or else how long until there is one to take. */
    long take(Request request, long nowNanos) {
        AtomicLong full = account(key(request), nowNanos).full();
        while (true) {
            long before = full.get();
            long after = (before - nowNanos > 0 ? before : nowNanos) + costNanos;
            long missing = after - nowNanos - burstNanos;
            if (missing > 0) {
                return missing;
            }
            if (full.compareAndSet(before, after)) {
                return 0;
            }
        }
    }

    /** How long until there is one to take, 0 where there is; takes none. */
    long missing(Request request, long nowNanos) {
        Account account = find(key(request));
        long before = account == null ? nowNanos : account.full().get();
        long after = (before - nowNanos > 0 ? before : nowNanos) + costNanos;
        return Math.max(0, after - nowNanos - burstNanos);
    }

    private String key(Request request) {
        if (spec.header().isEmpty()) {
            return network(request.client());
        }
        String value = request.header(spec.header());
        String key = value == null ? "" : value;
        // What differs only in what is cut off shares an account, which is to nobody's gain.
        return key.length() <= LONGEST_KEY ? key : key.substring(0, LONGEST_KEY);
    }

    /** Whoever has an IPv6 address has 2^64 of them. */
    private static String network(String client) {
        if (client.indexOf(':') < 0) {
            return client;
        }
        byte[] bytes =
                IpLiteral.parse(client).map(address -> address.getAddress()).orElse(new byte[0]);
        return bytes.length == 16 ? HexFormat.of().formatHex(bytes, 0, 8) : client;
    }

    private int set(String key) {
        int hash = key.hashCode() * 0x9e3779b1;
        return ((hash ^ (hash >>> 16)) & (sets - 1)) * WAYS;
    }

    private @Nullable Account find(String key) {
        int first = set(key);
        for (int i = first; i < first + WAYS; i++) {
            Account account = accounts.get(i);
            if (account != null && account.key().equals(key)) {
                return account;
            }
        }
        return null;
    }

    private Account account(String key, long nowNanos) {
        int first = set(key);
        while (true) {
            int oldest = first;
            long oldestLeft = Long.MAX_VALUE;
            @Nullable Account replaced = null;
            for (int i = first; i < first + WAYS; i++) {
                Account account = accounts.get(i);
                if (account != null && account.key().equals(key)) {
                    return account;
                }
                long left = account == null ? Long.MIN_VALUE : account.full().get() - nowNanos;
                if (left < oldestLeft) {
                    oldest = i;
                    oldestLeft = left;
                    replaced = account;
                }
            }
            var opened = new Account(key, new AtomicLong(nowNanos));
            if (accounts.compareAndSet(oldest, replaced, opened)) {
                return opened;
            }
        }
    }
}
