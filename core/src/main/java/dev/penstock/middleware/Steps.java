package dev.penstock.middleware;

import dev.penstock.time.Ticker;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Puts pieces of middleware to work. Stateless. */
final class Steps {
    private Steps() {}

    /** The piece at work; null for what comes later: headers, compression, the body's length, the choice of a service. */
    static @Nullable Step of(Middleware piece, Ticker ticker, byte[] secret) {
        if (piece instanceof AddressList list) {
            return passage -> list.admits(passage.request()) ? Verdict.PASS : refuse(403, "address_denied", Map.of());
        } else if (piece instanceof BasicAuth auth) {
            return new Authentication(auth, new Credentials(auth, secret));
        } else if (piece instanceof RateLimit rate) {
            return new Rate(new RateLimiter(rate), ticker);
        } else if (piece instanceof InFlightLimit limit) {
            return new InFlight(limit.requests(), new AtomicInteger());
        } else if (piece instanceof Redirect redirect) {
            return passage -> redirected(redirect, passage);
        } else if (piece instanceof Respond respond) {
            String reason = respond.status() < 400 ? "" : "http_request_denied";
            return passage -> refuse(respond.status(), reason, Map.of());
        } else if (piece instanceof StripPrefix strip) {
            return path(passage -> strip.apply(passage.path()));
        } else if (piece instanceof AddPrefix add) {
            return path(passage -> add.prefix() + passage.path());
        } else if (piece instanceof ReplacePath replace) {
            return path(passage -> replace.path());
        }
        return null;
    }

    private static Verdict refuse(int status, String reason, Map<String, String> headers) {
        return new Verdict.Answered(status, reason, headers);
    }

    private static Verdict redirected(Redirect redirect, Passage passage) {
        String location = redirect.location(passage.request(), passage.scheme(), passage.path());
        return location == null
                ? Verdict.PASS
                : new Verdict.Answered(redirect.status(), "", Map.of("Location", location));
    }

    private interface NewPath {
        String of(Passage passage);
    }

    private static Step path(NewPath change) {
        return passage -> {
            if (passage.path().startsWith("/")) { // not the * of OPTIONS
                passage.path(change.of(passage));
            }
            return Verdict.PASS;
        };
    }

    private record Rate(RateLimiter limiter, Ticker ticker) implements Step {
        @Override
        public Verdict pass(Passage passage) {
            return verdict(limiter.take(passage.request(), ticker.nanos()));
        }

        @Override
        public Verdict foresee(Passage passage) {
            return verdict(limiter.missing(passage.request(), ticker.nanos()));
        }

        private static Verdict verdict(long missingNanos) {
            if (missingNanos == 0) {
                return Verdict.PASS;
            }
            long seconds = (missingNanos + 999_999_999) / 1_000_000_000;
            return refuse(429, "rate_limited", Map.of("Retry-After", Long.toString(seconds)));
        }
    }

    private record InFlight(int most, AtomicInteger count) implements Step {
        @Override
        public Verdict pass(Passage passage) {
            if (count.incrementAndGet() > most) {
                count.decrementAndGet();
                return full();
            }
            passage.atEnd(count::decrementAndGet);
            return Verdict.PASS;
        }

        @Override
        public Verdict foresee(Passage passage) {
            return count.get() < most ? Verdict.PASS : full();
        }

        private static Verdict full() {
            return refuse(503, "route_limit_reached", Map.of("Retry-After", "1"));
        }
    }

    private record Authentication(BasicAuth auth, Credentials credentials) implements Step {
        @Override
        public Verdict pass(Passage passage) {
            String given = passage.request().header("authorization");
            if (given == null || !Credentials.isBasic(given)) {
                return denied("credentials_missing");
            }
            if (!credentials.isRead()) {
                return unread();
            }
            Boolean right = passage.takeOutcome();
            if (right != null) {
                return right ? Verdict.PASS : denied("credentials_wrong");
            }
            if (credentials.isKnown(given)) {
                return Verdict.PASS;
            }
            return credentials.lineUp()
                    ? new Verdict.Undecided(() -> check(passage, given))
                    : refuse(503, "credentials_overload", Map.of("Retry-After", "1"));
        }

        /** Unless the client has left while it waited: nobody asks any more. */
        private void check(Passage passage, String given) {
            if (passage.isOver()) {
                credentials.leave();
            } else {
                passage.checked(credentials.check(given));
            }
        }

        @Override
        public void look(Executor executor) {
            credentials.look(executor);
        }

        @Override
        public CompletableFuture<Void> firstLook() {
            return credentials.firstLook();
        }

        /** A password is not checked for an explanation: that would take long, and tell it to whoever asks. */
        @Override
        public Verdict foresee(Passage passage) {
            String given = passage.request().header("authorization");
            if (given == null || !Credentials.isBasic(given)) {
                return denied("credentials_missing");
            }
            return credentials.isRead() ? new Verdict.Undecided(() -> {}) : unread();
        }

        private static Verdict unread() {
            return refuse(503, "credentials_unread", Map.of("Retry-After", "1"));
        }

        private Verdict denied(String reason) {
            return refuse(
                    401, reason, Map.of("WWW-Authenticate", "Basic realm=\"" + auth.realm() + "\", charset=\"UTF-8\""));
        }
    }
}
