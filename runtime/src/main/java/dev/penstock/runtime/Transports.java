package dev.penstock.runtime;

import dev.penstock.config.TransportSetting;
import dev.penstock.proxy.Transport;
import dev.penstock.proxy.TransportChoice;
import java.util.Locale;

/** The proxy's transports in the words of the configuration. Stateless. */
final class Transports {
    private Transports() {}

    static TransportChoice choice(TransportSetting setting) {
        return switch (setting) {
            case AUTO -> TransportChoice.AUTO;
            case EPOLL -> TransportChoice.EPOLL;
            case NIO -> TransportChoice.NIO;
            case IO_URING -> TransportChoice.IO_URING;
        };
    }

    static String name(Transport transport) {
        return transport.name().toLowerCase(Locale.ROOT);
    }
}
