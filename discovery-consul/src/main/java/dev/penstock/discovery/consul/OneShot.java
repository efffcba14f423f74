package dev.penstock.discovery.consul;

import com.ecwid.consul.v1.ConsulRawClient;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.http.HttpEntity;
import org.apache.http.HttpRequest;
import org.apache.http.HttpResponse;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.entity.HttpEntityWrapper;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.protocol.HttpContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consul-api client for calls that are answered at once, on connections of its own that close with it. Thread-safe.
 *
 * <p>The client by itself would send the token in the URL, wait ten minutes, read answers of any length, and keep its
 * connections for ever; so it is given an HTTP client that does not.
 */
final class OneShot implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OneShot.class);
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int CONNECTIONS = 4;

    private final CloseableHttpClient http;
    private final ConsulRawClient raw;

    OneShot(ConsulSource source) {
        var builder = HttpClients.custom()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAutomaticRetries()
                .setMaxConnTotal(CONNECTIONS)
                .setMaxConnPerRoute(CONNECTIONS)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setSocketTimeout(TIMEOUT_MILLIS)
                        .setConnectionRequestTimeout(TIMEOUT_MILLIS)
                        .build())
                .addInterceptorLast((HttpRequest request, HttpContext context) -> token(request, source))
                .addInterceptorLast((HttpResponse response, HttpContext context) ->
                        bound(response, source.limits().answerBytes()));
        if (source.tls() != null) {
            builder.setSSLContext(source.tls());
        }
        http = builder.build();
        String base = source.base().getScheme() + "://" + source.base().getHost();
        raw = new ConsulRawClient(base, source.base().getPort(), http);
    }

    private static void token(HttpRequest request, ConsulSource source) throws IOException {
        String token = source.token().read();
        if (!token.isEmpty()) {
            request.setHeader("X-Consul-Token", token);
        }
    }

    private static void bound(HttpResponse response, int limit) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity != null) {
            if (entity.getContentLength() > limit) {
                throw new IOException("the answer is larger than " + limit + " bytes");
            }
            response.setEntity(new Bounded(entity, limit));
        }
    }

    ConsulRawClient raw() {
        return raw;
    }

    @Override
    public void close() {
        try {
            http.close();
        } catch (IOException e) {
            LOG.debug("closing the connections failed", e);
        }
    }

    /** A body that ends with an error where it gets too long. */
    private static final class Bounded extends HttpEntityWrapper {
        private final int limit;

        private Bounded(HttpEntity entity, int limit) {
            super(entity);
            this.limit = limit;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new BoundedStream(super.getContent(), limit);
        }
    }

    private static final class BoundedStream extends FilterInputStream {
        private final int limit;
        private long seen;

        private BoundedStream(InputStream in, int limit) {
            super(in);
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            count(Math.max(count, 0));
            return count;
        }

        private void count(int bytes) throws IOException {
            seen += bytes;
            if (seen > limit) {
                throw new IOException("the answer is larger than " + limit + " bytes");
            }
        }
    }
}
