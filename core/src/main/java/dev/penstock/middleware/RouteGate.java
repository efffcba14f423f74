package dev.penstock.middleware;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.request.Request;
import dev.penstock.time.NarrowExecutor;
import dev.penstock.time.Ticker;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The middleware of one route at work, with what it counts. Thread-safe; takes no lock. It outlives changes of the route that
 * leave the middleware as it is.
 */
public final class RouteGate {
    /** No more stand in the line that all gates share, so that a flood of one delays the others by no more. */
    private static final int CHECKS_AT_ONCE = 2;

    private final List<Middleware> middleware;
    private final List<@Nullable Step> byPiece = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final Executor checks;
    private final List<HeaderEdits> edits;
    private final Map<GateAttachment<?>, Object> attachments = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final @Nullable Compression compression;
    private final @Nullable Split split;
    private final long bodyBytes;
    private final boolean strict;
    private final boolean hidesCredentials;

    /**
     * A gate that has let nobody through yet.
     *
     * @param middleware in their order
     * @param ticker tells rates
     * @param secret random bytes, by which passwords that were right are known again
     * @param checks where passwords are checked, those of other gates too
     */
    public RouteGate(List<Middleware> middleware, Ticker ticker, byte[] secret, Executor checks) {
        this(middleware, ticker, secret, checks, null);
    }

    /**
     * A gate in the place of another: passwords that both ask for are known as they were, with what was read of their file.
     *
     * @param middleware in their order
     * @param ticker tells rates
     * @param secret random bytes, by which passwords that were right are known again
     * @param checks where passwords are checked, those of other gates too
     * @param before null: there is none
     */
    public RouteGate(
            List<Middleware> middleware, Ticker ticker, byte[] secret, Executor checks, @Nullable RouteGate before) {
        this.middleware = List.copyOf(middleware);
        this.checks = new NarrowExecutor(checks, CHECKS_AT_ONCE);
        this.edits = all(HeaderEdits.class);
        List<Compression> compressions = all(Compression.class);
        List<Split> splits = all(Split.class);
        this.compression = compressions.isEmpty() ? null : compressions.get(0);
        this.split = splits.isEmpty() ? null : splits.get(0);
        this.bodyBytes =
                all(BodyLimit.class).stream().mapToLong(BodyLimit::bytes).min().orElse(0);
        this.strict = middleware.stream().anyMatch(Middleware::isStrict);
        List<BasicAuth> auths = all(BasicAuth.class);
        this.hidesCredentials = !auths.isEmpty() && auths.stream().noneMatch(BasicAuth::forward);
        for (Middleware piece : middleware) {
            Step kept = before == null ? null : before.authentication(piece);
            Step step = kept == null ? Steps.of(piece, ticker, secret) : kept;
            byPiece.add(step);
            if (step != null) {
                steps.add(step);
            }
        }
    }

    private <T> List<T> all(Class<T> kind) {
        return middleware.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** What asks for the passwords of a piece, if this gate has the same piece. */
    private @Nullable Step authentication(Middleware piece) {
        int index = piece instanceof BasicAuth ? middleware.indexOf(piece) : -1;
        return index < 0 ? null : byPiece.get(index);
    }

    /** Counts what was kept out. */
    void count(Verdict.Answered answered) {
        if (!answered.reason().isEmpty()) {
            refused.computeIfAbsent(answered.reason(), any -> new LongAdder()).increment();
        }
    }

    List<Step> steps() {
        return steps;
    }

    /**
     * Begins the way of a request.
     *
     * @param request what came in
     * @param scheme {@code http} or {@code https}, as the client used it
     * @return to be ended by the caller
     */
    public Passage enter(Request request, String scheme) {
        return new Passage(this, request, scheme);
    }

    /**
     * What each piece would do with a request now; changes nothing.
     *
     * @param request what might come in
     * @return in their order; too long a body is refused before any other piece is asked
     */
    public List<Foreseen> foresee(Request request) {
        var foresight = new Foresight(enter(request, request.scheme()), request);
        if (middleware.stream().anyMatch(foresight::isTooLongFor)) {
            middleware.forEach(foresight::lookAtLength);
            return foresight.found();
        }
        for (int i = 0; i < middleware.size(); i++) {
            foresight.look(middleware.get(i), byPiece.get(i));
        }
        return foresight.found();
    }

    /**
     * Tells whether a part of it reads a file.
     *
     * @return true if {@link #look} does something
     */
    public boolean readsFiles() {
        return all(BasicAuth.class).stream().anyMatch(auth -> auth.usersFile() != null);
    }

    /**
     * Has its files looked at; to be called now and then. One that is being looked at, or waits for that, is not handed in
     * again. Requests go by what is known and never wait for it.
     *
     * @param executor where one may block
     */
    public void look(Executor executor) {
        steps.forEach(step -> step.look(executor));
    }

    /**
     * Tells when each of its files was looked at for the first time, which {@link #look} has done; before, nobody is let in
     * whom a file may know.
     *
     * @return done where it has none
     */
    public CompletableFuture<Void> firstLook() {
        return CompletableFuture.allOf(steps.stream().map(Step::firstLook).toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Where the work of an {@link Verdict.Undecided} is to be done: two at a time at most, and in turn with those of other
     * gates.
     *
     * @return of this gate alone
     */
    public Executor checks() {
        return checks;
    }

    /**
     * The settings.
     *
     * @return in their order
     */
    public List<Middleware> middleware() {
        return middleware;
    }

    /**
     * What is changed in the headers of requests or answers.
     *
     * @return in their order
     */
    public List<HeaderEdits> edits() {
        return edits;
    }

    /**
     * What a transport has made of {@link #edits()}.
     *
     * @param key of that transport
     * @param <T> what it makes of them
     * @return made once for this gate
     */
    @SuppressWarnings("unchecked") // under each key stands what it has made
    public <T> T attachment(GateAttachment<T> key) {
        Object made = attachments.get(key);
        return (T) (made == null ? attachments.computeIfAbsent(key, any -> (Object) key.create(edits)) : made);
    }

    /**
     * How answers are compressed.
     *
     * @return null if they are not
     */
    public @Nullable Compression compression() {
        return compression;
    }

    /**
     * The longest body of a request.
     *
     * @return {@code 0}: no limit
     */
    public long bodyBytes() {
        return bodyBytes;
    }

    /**
     * Tells whether it goes by the path or keeps requests out, see {@link Middleware#isStrict()}.
     *
     * @return true if a part of it does
     */
    public boolean isStrict() {
        return strict;
    }

    /**
     * Tells whether endpoints are not to see the Authorization header, which is for the gateway alone.
     *
     * @return true if so
     */
    public boolean hidesCredentials() {
        return hidesCredentials;
    }

    /**
     * The service of a request. Each hundred requests in a row are divided exactly.
     *
     * @param own that of the route
     * @return it, or another
     */
    public ServiceName service(ServiceName own) {
        if (split == null) {
            return own;
        }
        // 61 and 100 have no common factor: each of 0..99 comes once in a hundred turns, spread evenly.
        return split.at(Math.floorMod(turn.getAndIncrement() * 61L, 100), own);
    }

    /**
     * All services that {@link #service} may give.
     *
     * @param own that of the route
     * @return with it, first
     */
    public Set<ServiceName> services(ServiceName own) {
        Set<ServiceName> all = new LinkedHashSet<>(Set.of(own));
        if (split != null) {
            all.addAll(split.percent().keySet());
        }
        return all;
    }

    /**
     * The service that {@link #service} gives next; changes nothing.
     *
     * @param own that of the route
     * @return it, or another
     */
    public ServiceName foreseenService(ServiceName own) {
        return split == null ? own : split.at(Math.floorMod(turn.get() * 61L, 100), own);
    }

    /**
     * Counts what was kept out.
     *
     * @return by the reason, since the start
     */
    public Map<String, Long> refused() {
        var counts = new TreeMap<String, Long>();
        refused.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }
}
