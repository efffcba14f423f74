package dev.penstock.runtime;

import dev.penstock.config.TlsSetting;
import dev.penstock.config.TransportSetting;
import dev.penstock.proxy.TlsChoice;
import dev.penstock.proxy.Transport;
import dev.penstock.proxy.TransportChoice;
import java.util.Locale;

/** The proxy's transports and kinds of TLS in the words of the configuration. Stateless. */
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

    static TlsChoice choice(TlsSetting setting) {
        return switch (setting) {
            case AUTO -> TlsChoice.AUTO;
            case JDK -> TlsChoice.JDK;
            case BORINGSSL -> TlsChoice.BORINGSSL;
        };
    }

    static String name(Transport transport) {
        return transport.name().toLowerCase(Locale.ROOT);
    }
}
