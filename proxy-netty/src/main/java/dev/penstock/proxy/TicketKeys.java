package dev.penstock.proxy;

import dev.penstock.time.Ticker;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a context's session tickets: a new one each hour, the one before still opens what it sealed. They never leave
 * the memory of the process, and no two contexts share one: a ticket of one virtual host is worth nothing to another.
 * JDK sees to its own keys in the same way. Confined to one thread at a time.
 */
final class TicketKeys {
    private static final long LIFE_NANOS = TimeUnit.SECONDS.toNanos(TlsContexts.SESSION_SECONDS);

    private final @Nullable OpenSslSessionContext sessions;
    private final Ticker ticker;
    private final SecureRandom random = new SecureRandom();
    private @Nullable OpenSslSessionTicketKey current;
    private long sinceNanos;

    TicketKeys(SslContext context, Ticker ticker) {
        this.sessions = context.sessionContext() instanceof OpenSslSessionContext own ? own : null;
        this.ticker = ticker;
        rotate();
    }

    /** Makes a new key where that is due. */
    void rotate() {
        OpenSslSessionContext own = sessions;
        long now = ticker.nanos();
        OpenSslSessionTicketKey before = current;
        if (own == null || (before != null && now - sinceNanos < LIFE_NANOS)) {
            return;
        }
        var fresh = new OpenSslSessionTicketKey(
                bytes(OpenSslSessionTicketKey.NAME_SIZE),
                bytes(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                bytes(OpenSslSessionTicketKey.AES_KEY_SIZE));
        if (before == null) {
            own.setTicketKeys(fresh);
        } else {
            own.setTicketKeys(fresh, before);
        }
        current = fresh;
        sinceNanos = now;
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}
