package dev.penstock.catalog;

import dev.penstock.time.Durations;
import java.time.Duration;

/** What a listener takes what comes in for. Immutable. */
public sealed interface Protocol {
    /** Requests of HTTP. */
    Http HTTP = new Http();

    /**
     * Tells whether what comes in is read as HTTP.
     *
     * @return false if it is passed on as it is
     */
    boolean isHttp();

    /**
     * The word for reports.
     *
     * @return {@code http}, {@code tcp} or {@code udp}
     */
    String token();

    /**
     * Tells whether it takes its port of TCP; the port of UDP with the same number is another one.
     *
     * @return false if it takes that of UDP
     */
    boolean isOverTcp();

    /** Requests of HTTP, each of which is routed by itself. */
    record Http() implements Protocol {
        @Override
        public boolean isHttp() {
            return true;
        }

        @Override
        public String token() {
            return "http";
        }

        @Override
        public boolean isOverTcp() {
            return true;
        }
    }

    /**
     * Connections whose bytes are passed on as they are. Each is routed once, by the routes that name its listener.
     *
     * @param sni whether it is routed by the server name that the client asks for in the first message of TLS (RFC 6066,
     *     section 3), which is passed on with the rest; of no account where the listener ends the TLS itself. Such a listener waits for the client to speak first; who does not
     *     begin with TLS has no host
     * @param idle how long a connection may be silent both ways, longer than zero
     */
    record Tcp(boolean sni, Duration idle) implements Protocol {
        /** Refuses a time of zero and less. */
        public Tcp {
            Durations.checkPositive("idle timeout", idle);
        }

        @Override
        public boolean isHttp() {
            return false;
        }

        @Override
        public String token() {
            return "tcp";
        }

        @Override
        public boolean isOverTcp() {
            return true;
        }

        /**
         * The documented defaults.
         *
         * @return without a look at server names, 5 min
         */
        public static Tcp defaults() {
            return new Tcp(false, Duration.ofMinutes(5));
        }

        /**
         * The same with or without a look at server names.
         *
         * @param sni see {@link #sni()}
         * @return a copy
         */
        public Tcp withSni(boolean sni) {
            return new Tcp(sni, idle);
        }

        /**
         * The same with another time for silence.
         *
         * @param idle see {@link #idle()}
         * @return a copy
         */
        public Tcp withIdle(Duration idle) {
            return new Tcp(sni, idle);
        }
    }

    /**
     * Datagrams that are passed on as they are. All from one address and port of a client are one flow, which is routed once,
     * by the routes that name its listener, and goes to one endpoint; what that sends goes back to the client.
     *
     * @param oneShot whether each datagram is a flow of its own that ends with its answer, as queries of DNS are
     * @param idle how long a flow may be silent both ways, longer than zero
     */
    record Udp(boolean oneShot, Duration idle) implements Protocol {
        /** Refuses a time of zero and less. */
        public Udp {
            Durations.checkPositive("idle timeout", idle);
        }

        @Override
        public boolean isHttp() {
            return false;
        }

        @Override
        public String token() {
            return "udp";
        }

        @Override
        public boolean isOverTcp() {
            return false;
        }

        /**
         * The documented defaults.
         *
         * @return flows, 30 s
         */
        public static Udp defaults() {
            return new Udp(false, Duration.ofSeconds(30));
        }

        /**
         * The same with each datagram by itself, or not.
         *
         * @param oneShot see {@link #oneShot()}
         * @return a copy
         */
        public Udp withOneShot(boolean oneShot) {
            return new Udp(oneShot, idle);
        }

        /**
         * The same with another time for silence.
         *
         * @param idle see {@link #idle()}
         * @return a copy
         */
        public Udp withIdle(Duration idle) {
            return new Udp(oneShot, idle);
        }
    }
}
