package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Picks the candidate that the request's cookie names, if it is there and untried; else another rule picks, and the client
 * is told to come back.
 *
 * <p>The cookie holds a name that is signed with a secret key: it says nothing of the endpoint, and nobody can make one up.
 * Gateways that share the key understand each other's. A request that went elsewhere since its endpoint was at its limit
 * leaves the client's cookie as it is, and so does an attempt beside one that is under way there; one that went elsewhere
 * since its endpoint failed, or left, moves the client. Cost: O(1) per pick, one string for a request with the cookie; per
 * change one signature for each candidate and key. Immutable.
 *
 * @see <a href="https://datatracker.ietf.org/doc/html/rfc6265">RFC 6265, cookies</a>
 */
final class Sticky extends Refinement {
    private final AffinityCookie cookie;
    private final AffinityKeys keys;

    Sticky(AffinityCookie cookie, AffinityKeys keys, Balancer refined) {
        super(refined);
        this.cookie = requireNonNull(cookie, "cookie");
        this.keys = requireNonNull(keys, "keys");
    }

    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Map<String, Candidate> byToken = new HashMap<>();
        IdentityHashMap<Candidate, Name> names = new IdentityHashMap<>();
        for (Candidate candidate : candidates.eligible()) {
            var known = keys.tokens(candidate.endpoint().id());
            known.forEach(token -> byToken.put(token, candidate));
            String token = known.get(0);
            names.put(candidate, new Name(token, cookie.set(token, false), cookie.set(token, true)));
        }
        var key = new HashKey(HashKey.Part.COOKIE, cookie.name());
        var told = new Affinity(cookie.name(), "", cookie.forwarded());
        return new Bound(key, byToken, names, told, refined(candidates, context));
    }

    /** The same cookie around another rule. */
    Sticky around(Balancer other) {
        return new Sticky(cookie, keys, other);
    }

    /** What a candidate is called, and how clients are told; those that came by TLS in a way of their own. */
    private record Name(String token, Affinity plain, Affinity byTls) {}

    private record Bound(
            HashKey key,
            Map<String, Candidate> byToken,
            IdentityHashMap<Candidate, Name> names,
            Affinity told,
            Picker picker)
            implements Picker {
        @Override
        public Candidate pick(Request request) {
            Candidate bound = named(key.of(request));
            return bound != null && Untried.in(request.tried(), bound) ? bound : picker.pick(request);
        }

        @Override
        public @Nullable Candidate bound(Request request) {
            Candidate bound = named(key.of(request));
            return bound != null && Untried.in(request.tried(), bound) ? bound : picker.bound(request);
        }

        @Override
        public @Nullable String key(Request request) {
            return picker.key(request);
        }

        private static boolean keeps(Tried tried, Candidate bound) {
            return Untried.in(tried, bound) || tried.isUnderWay(bound.endpoint().id());
        }

        private @Nullable Candidate named(@Nullable String token) {
            return token == null ? null : byToken.get(token);
        }

        @Override
        public List<String> remarks(Request request) {
            String token = key.of(request);
            Candidate bound = named(token);
            if (bound != null && Untried.in(request.tried(), bound)) {
                return List.of(key + " names " + bound.endpoint().id());
            }
            List<String> remarks = new ArrayList<>();
            if (bound != null) {
                remarks.add(key + " names " + bound.endpoint().id() + ", which was tried");
            } else {
                remarks.add(key + (token == null ? ": the request has none" : " names no endpoint that may be picked"));
            }
            remarks.addAll(picker.remarks(request));
            return remarks;
        }

        @Override
        public @Nullable Affinity affinity(Request request, Candidate picked) {
            String token = key.of(request);
            Name name = names.get(picked);
            if (token != null && name != null && token.equals(name.token)) {
                return told;
            }
            Candidate bound = named(token);
            if (bound != null && bound != picked && keeps(request.tried(), bound)) {
                return told; // its endpoint takes no more just now, or is slow: this request goes elsewhere, the client
                // stays
            }
            return name == null ? null : request.scheme().equals("https") ? name.byTls : name.plain;
        }
    }
}
