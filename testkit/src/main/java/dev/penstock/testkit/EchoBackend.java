package dev.penstock.testkit;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.Ticker;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A real HTTP/1.1 server on a free loopback port that answers 200 with its own name and an echo of what it got, see
 * {@link Echo}. Keeps connections alive. Its threads are daemons. Thread-safe.
 */
public final class EchoBackend implements AutoCloseable {
    private static final int REMEMBERED = 256;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final String name;
    private final SocketServer server;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final AtomicInteger malformed = new AtomicInteger();
    private final Deque<RequestHead> heads = new ArrayDeque<>();
    private final Object gate = new Object();
    private boolean holding;
    private int held;
    private volatile Responder responder;

    private EchoBackend(String name, int port, Responder responder) {
        this.name = name;
        this.responder = responder;
        this.server = new SocketServer("backend " + name, port, this::serve);
    }

    /**
     * Starts a backend that echoes.
     *
     * @param name what it calls itself
     * @return listening on a free port of 127.0.0.1
     */
    public static EchoBackend start(String name) {
        return new EchoBackend(name, 0, Responder.echo());
    }

    /**
     * Starts a backend.
     *
     * @param name what it calls itself
     * @param responder how it answers
     * @return listening on a free port of 127.0.0.1
     */
    public static EchoBackend start(String name, Responder responder) {
        return new EchoBackend(name, 0, requireNonNull(responder, "responder"));
    }

    /**
     * Starts a backend that echoes.
     *
     * @param name what it calls itself
     * @param port where to listen; {@code 0}: a free port
     * @return listening on 127.0.0.1
     */
    public static EchoBackend start(String name, int port) {
        return new EchoBackend(name, port, Responder.echo());
    }

    /**
     * What it calls itself.
     *
     * @return the first line of each echo
     */
    public String name() {
        return name;
    }

    /**
     * Where it listens.
     *
     * @return {@code 1..65535}
     */
    public int port() {
        return server.port();
    }

    /**
     * Where it listens, as endpoints are written.
     *
     * @return {@code 127.0.0.1:port}
     */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /**
     * Changes how it answers, from the next request on.
     *
     * @param responder the new rule
     * @return this
     */
    public EchoBackend answer(Responder responder) {
        this.responder = requireNonNull(responder, "responder");
        return this;
    }

    /**
     * Requests whose head has come in.
     *
     * @return {@code >= 0}
     */
    public int requests() {
        return requests.get();
    }

    /**
     * Requests that are being answered: from their head to just before the last bytes of the answer.
     *
     * @return {@code >= 0}
     */
    public int inFlight() {
        return inFlight.get();
    }

    /**
     * The most requests that were being answered at once.
     *
     * @return {@code >= 0}
     */
    public int mostInFlight() {
        return mostInFlight.get();
    }

    /**
     * Connections accepted since the start.
     *
     * @return {@code >= 0}
     */
    public int connections() {
        return server.accepted();
    }

    /**
     * Connections open now.
     *
     * @return {@code >= 0}
     */
    public int openConnections() {
        return server.open();
    }

    /**
     * Connections that carried something else than HTTP/1.1, or broke within a request.
     *
     * @return {@code >= 0}
     */
    public int brokenConnections() {
        return malformed.get();
    }

    /**
     * The heads of the last requests.
     *
     * @return at most 256, the latest last
     */
    public List<RequestHead> heads() {
        synchronized (heads) {
            return List.copyOf(heads);
        }
    }

    /** Lets each request wait, once its head has come in, until {@link #release()}. */
    public void hold() {
        synchronized (gate) {
            holding = true;
        }
    }

    /** Lets the waiting requests go on, and the later ones pass. */
    public void release() {
        synchronized (gate) {
            holding = false;
            gate.notifyAll();
        }
    }

    /**
     * Waits until so many requests are held.
     *
     * @param count how many
     * @throws IllegalStateException if it takes longer than 60 s
     */
    public void awaitHeld(int count) {
        synchronized (gate) {
            waitWhile(() -> held < count, "requests held: " + held + " (expected: " + count + ")");
        }
    }

    private void passGate() {
        synchronized (gate) {
            held++;
            gate.notifyAll();
            try {
                waitWhile(() -> holding, "a request was held for 60 s (expected: release())");
            } finally {
                held--;
            }
        }
    }

    private void waitWhile(BooleanSupplier condition, String complaint) {
        long deadline = Ticker.system().nanos() + LONGEST_WAIT.toNanos();
        while (condition.getAsBoolean()) {
            long millis = (deadline - Ticker.system().nanos()) / 1_000_000;
            if (millis <= 0) {
                throw new IllegalStateException(complaint);
            }
            try {
                gate.wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /** Stops listening: new connections are refused, open ones stay. */
    public void refuse() {
        server.refuse();
    }

    /** Listens again, on the same port. */
    public void accept() {
        server.accept();
    }

    /** Closes all open connections, be they idle or not. */
    public void closeConnections() {
        server.closeConnections();
    }

    private void serve(Socket socket) {
        try {
            var in = new HttpInput(socket.getInputStream());
            while (true) {
                RequestHead head = in.request();
                if (head == null || serve(new BackendExchange(name, socket, in, head, inFlight::decrementAndGet))) {
                    return;
                }
            }
        } catch (IOException e) {
            malformed.incrementAndGet();
        }
    }

    private boolean serve(BackendExchange exchange) throws IOException {
        requests.incrementAndGet();
        remember(exchange.head());
        mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        try {
            passGate();
            responder.answer(exchange);
            return exchange.finish();
        } finally {
            exchange.answered();
        }
    }

    private void remember(RequestHead head) {
        synchronized (heads) {
            if (heads.size() == REMEMBERED) {
                heads.removeFirst();
            }
            heads.addLast(head);
        }
    }

    @Override
    public void close() {
        server.close();
        release();
    }
}
