package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import dev.penstock.request.Request;
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
 * Gateways that share the key understand each other's. Cost: O(1) per pick, one string for a request with the cookie; per
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
        IdentityHashMap<Candidate, Affinity> toBeTold = new IdentityHashMap<>();
        IdentityHashMap<Candidate, String> tokens = new IdentityHashMap<>();
        for (Candidate candidate : candidates.eligible()) {
            var known = keys.tokens(candidate.endpoint().id());
            known.forEach(token -> byToken.put(token, candidate));
            tokens.put(candidate, known.get(0));
            toBeTold.put(candidate, cookie.set(known.get(0)));
        }
        var key = new HashKey(HashKey.Part.COOKIE, cookie.name());
        var told = new Affinity(cookie.name(), "", cookie.forwarded());
        Picker picker = refined(candidates, context);
        return new Bound(key, byToken, tokens, toBeTold, told, picker);
    }

    private record Bound(
            HashKey key,
            Map<String, Candidate> byToken,
            IdentityHashMap<Candidate, String> tokens,
            IdentityHashMap<Candidate, Affinity> toBeTold,
            Affinity told,
            Picker picker)
            implements Picker {
        @Override
        public Candidate pick(Request request) {
            String token = key.of(request);
            Candidate bound = token == null ? null : byToken.get(token);
            return bound != null && Untried.in(request.tried(), bound) ? bound : picker.pick(request);
        }

        @Override
        public List<String> remarks(Request request) {
            String token = key.of(request);
            Candidate bound = token == null ? null : byToken.get(token);
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
            return token != null && token.equals(tokens.get(picked)) ? told : toBeTold.get(picked);
        }
    }
}
