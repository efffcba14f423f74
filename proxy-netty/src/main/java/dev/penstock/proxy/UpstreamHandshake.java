package dev.penstock.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/** The handshake with an endpoint: when it is done, and what its failure means. Stateless. */
@SuppressWarnings("FutureReturnValueIgnored") // the end of each future is told to the promise
final class UpstreamHandshake {
    private UpstreamHandshake() {}

    /** Completes a promise once the connection is made and secured; closes the connection if nobody waits for it. */
    static void follow(Future<Void> connecting, Channel channel, Promise<Void> ready) {
        ready.addListener(end -> {
            if (!end.isSuccess()) {
                channel.close();
            }
        });
        connecting.addListener(connected -> {
            SslHandler secured = channel.pipeline().get(SslHandler.class);
            if (!connected.isSuccess()) {
                ready.tryFailure(connected.cause());
            } else if (secured == null) {
                ready.tryFailure(new SSLException("closed before the handshake"));
            } else {
                secured.handshakeFuture().addListener(shaken -> {
                    if (shaken.isSuccess()) {
                        ready.trySuccess(null);
                    } else {
                        ready.tryFailure(shaken.cause());
                    }
                });
            }
        });
    }

    /** What a client is told where no connection came about. */
    static ErrorAnswer answer(Throwable cause) {
        if (cause instanceof ConnectTimeoutException || cause instanceof SslHandshakeTimeoutException) {
            return ErrorAnswer.CONNECTION_TIMEOUT;
        }
        if (cause instanceof ConnectException) {
            return ErrorAnswer.CONNECTION_REFUSED;
        }
        if (isOfCertificate(cause)) {
            return ErrorAnswer.TLS_CERTIFICATE;
        }
        return cause instanceof SSLException ? ErrorAnswer.TLS_PROTOCOL : ErrorAnswer.CONNECTION_FAILED;
    }

    private static boolean isOfCertificate(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }

    /** In a few words, for whoever looks after endpoints. */
    static String text(Throwable cause) {
        return isOfCertificate(cause) ? "TLS: certificate refused" : "TLS: no handshake";
    }

    /** Tells whether something is wrong with what came by TLS. */
    static boolean isTls(Throwable cause) {
        return cause instanceof SSLException || cause.getCause() instanceof SSLException;
    }
}
