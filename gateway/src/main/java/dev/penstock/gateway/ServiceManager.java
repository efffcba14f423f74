package dev.penstock.gateway;

import dev.penstock.proxy.UnixDatagram;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service manager that started the program, where it is to be told how that does: systemd, by the protocol of
 * {@code sd_notify}. Without one nothing is told. Thread-safe.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html">sd_notify(3)</a>
 */
final class ServiceManager implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

    private final String socket;
    private final Ticker ticker;
    private final @Nullable ControlThreads watchdog;
    private volatile boolean deaf;
    private volatile boolean closed;

    private ServiceManager(String socket, Duration signOfLife, Ticker ticker) {
        this.socket = socket;
        this.ticker = ticker;
        if (socket.isEmpty() || signOfLife.isZero()) {
            watchdog = null;
        } else {
            watchdog = ControlThreads.withLimit(1);
            live(watchdog, signOfLife);
        }
    }

    /**
     * The manager that the environment names.
     *
     * @param variables {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC}, {@code WATCHDOG_PID}
     * @param ticker the clock that the kernel calls monotonic
     */
    static ServiceManager of(Map<String, String> variables, Ticker ticker) {
        return new ServiceManager(variables.getOrDefault("NOTIFY_SOCKET", ""), signOfLife(variables), ticker);
    }

    /** Half of the time after which no sign of life counts as none; zero: none is asked for. */
    private static Duration signOfLife(Map<String, String> variables) {
        String micros = variables.getOrDefault("WATCHDOG_USEC", "");
        String pid = variables.getOrDefault("WATCHDOG_PID", "");
        boolean asked = micros.matches("[1-9][0-9]{0,15}")
                && (pid.isEmpty()
                        || pid.equals(Long.toString(ProcessHandle.current().pid())));
        return asked ? Duration.ofNanos(Long.parseLong(micros) * 500) : Duration.ZERO;
    }

    /** It serves; a status for people, one line. */
    void ready(String status) {
        tell("READY=1\nSTATUS=" + status.strip());
    }

    /** It reads its configuration again; {@link #ready} ends that. */
    void reloading() {
        tell("RELOADING=1\nMONOTONIC_USEC=" + ticker.nanos() / 1_000);
    }

    /** It is about to end. */
    void stopping() {
        tell("STOPPING=1\nSTATUS=ends");
    }

    private void live(ControlThreads threads, Duration between) {
        tell("WATCHDOG=1");
        threads.schedule(between, () -> {
            if (!closed) {
                live(threads, between);
            }
        });
    }

    private void tell(String message) {
        if (socket.isEmpty() || deaf) {
            return;
        }
        try {
            UnixDatagram.send(socket, message);
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            deaf = true;
            LOG.warn("NOTIFY_SOCKET {}: cannot be told how the program does ({})", socket, e.toString());
        }
    }

    @Override
    public void close() {
        closed = true;
        if (watchdog != null) {
            watchdog.close();
        }
    }
}
