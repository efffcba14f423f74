package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.ProxyProtocol;
import dev.penstock.request.Attempts;
import dev.penstock.request.HostName;
import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.retry.RetryWhen;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request: what it asks for, how it is framed, and what is wrong with it. Confined to its event loop.
 *
 * <p>The scanner has seen its bytes; here is checked what takes the meaning of fields.
 */
final class RequestHead implements Request {
    private static final AsciiString H2C = AsciiString.cached("h2c");
    private static final AsciiString CONTINUE = HttpHeaderValues.CONTINUE;

    private final HttpRequest message;
    private final String listener;
    private final boolean http10;
    private final boolean keepAlive;
    private final Attempts attempts = new Attempts();
    private String scheme = "http";
    private String client = "";
    private String requestId = "";
    private @Nullable InetSocketAddress peer;
    private @Nullable InetSocketAddress local;
    private String authority = "";
    private String host = "";
    private String path = "";
    private String query = "";
    private long contentLength;
    private boolean chunked;
    private boolean upgrade;

    private RequestHead(HttpRequest message, String listener) {
        this.message = message;
        this.listener = listener;
        this.http10 = message.protocolVersion().equals(HttpVersion.HTTP_1_0);
        this.keepAlive = readKeepAlive();
    }

    /** A head from its message, or the answer to one that is wrong. */
    static RequestHead of(HttpRequest message, String listener) throws Refused {
        var head = new RequestHead(message, listener);
        head.readFraming();
        head.readTarget();
        head.readUpgrade();
        return head;
    }

    private void readFraming() throws Refused {
        HttpHeaders headers = message.headers();
        boolean lengthGiven = headers.contains(HttpHeaderNames.CONTENT_LENGTH);
        if (lengthGiven) {
            contentLength = length(headers.getAll(HttpHeaderNames.CONTENT_LENGTH));
        } else if (headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY1)
                && headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY2)) {
            throw new Refused(
                    ErrorAnswer.MALFORMED); // the decoder takes the next 8 bytes for a body that nobody declared
        }
        if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
            chunked = codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0));
            if (!chunked || lengthGiven || isHttp10()) {
                throw new Refused(ErrorAnswer.MALFORMED);
            }
        }
    }

    private static long length(List<String> values) throws Refused {
        String value = values.get(0);
        if (values.size() > 1 || value.isEmpty() || value.length() > 18 || !digits(value)) {
            throw new Refused(ErrorAnswer.MALFORMED);
        }
        return Long.parseLong(value);
    }

    private static boolean digits(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private void readTarget() throws Refused {
        List<String> hosts = message.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || (hosts.isEmpty() && !isHttp10())) {
            throw new Refused(ErrorAnswer.MALFORMED);
        }
        authority = hosts.isEmpty() ? "" : hosts.get(0);
        String target = message.uri();
        if (message.method().equals(HttpMethod.CONNECT)) {
            throw new Refused(ErrorAnswer.NO_CONNECT);
        } else if (target.charAt(0) == '/') {
            split(target);
        } else if (target.equals("*") && message.method().equals(HttpMethod.OPTIONS)) {
            path = "*";
        } else {
            readAbsolute(target, !hosts.isEmpty());
        }
        String normal = HostName.normalise(authority);
        if (normal == null) {
            throw new Refused(ErrorAnswer.MALFORMED);
        }
        host = normal;
    }

    /** RFC 9112, 3.2.2: the target's authority counts; a Host that says something else is an attack or an accident. */
    private void readAbsolute(String target, boolean hostGiven) throws Refused {
        int from = afterScheme(target);
        int slash = from;
        while (slash < target.length() && target.charAt(slash) != '/' && target.charAt(slash) != '?') {
            slash++;
        }
        String named = target.substring(from, slash);
        if (named.isEmpty() || (hostGiven && !named.equalsIgnoreCase(authority))) {
            throw new Refused(ErrorAnswer.MALFORMED);
        }
        authority = hostGiven ? authority : named;
        String rest = target.substring(slash);
        if (rest.isEmpty() && message.method().equals(HttpMethod.OPTIONS)) {
            rest = "*";
        } else if (rest.isEmpty() || rest.charAt(0) == '?') {
            rest = "/" + rest;
        }
        message.setUri(rest);
        split(rest);
        if (!hostGiven) {
            message.headers().set(HttpHeaderNames.HOST, named);
        }
    }

    private static int afterScheme(String target) throws Refused {
        for (String scheme : new String[] {"http://", "https://"}) {
            if (target.regionMatches(true, 0, scheme, 0, scheme.length())) {
                return scheme.length();
            }
        }
        throw new Refused(ErrorAnswer.MALFORMED);
    }

    private void split(String target) {
        int mark = target.indexOf('?');
        path = mark < 0 ? target : target.substring(0, mark);
        query = mark < 0 ? "" : target.substring(mark + 1);
    }

    private void readUpgrade() {
        HttpHeaders headers = message.headers();
        upgrade = headers.contains(HttpHeaderNames.UPGRADE)
                && !isHttp10()
                && !hasBody()
                && HopByHop.hasToken(headers, HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                && !HopByHop.hasToken(headers, HttpHeaderNames.UPGRADE, H2C);
    }

    private boolean readKeepAlive() {
        HttpHeaders headers = message.headers();
        if (HopByHop.hasToken(headers, HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)) {
            return false;
        }
        return !http10 || HopByHop.hasToken(headers, HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }

    /** Says that it came by TLS. */
    void secure() {
        scheme = "https";
    }

    /** Says whose request it is, once that is known, and what logs call it. */
    void client(String client, String requestId) {
        this.client = client;
        this.requestId = requestId;
    }

    /** Says over which connection it came. */
    void connection(InetSocketAddress peer, InetSocketAddress local) {
        this.peer = peer;
        this.local = local;
    }

    /** What a PROXY header says of the client; with port 0 where it speaks through a proxy of its own. */
    byte[] proxyHeader(ProxyProtocol version) {
        InetSocketAddress from = requireNonNull(peer, "peer");
        boolean itself = client.equals(ForwardingHeaders.text(from.getAddress()));
        InetSocketAddress source =
                itself ? from : new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString(client), 0);
        InetSocketAddress destination = requireNonNull(local, "local");
        return version == ProxyProtocol.V1
                ? ProxyHeader.text(source, destination)
                : ProxyHeader.binary(source, destination);
    }

    /** What logs call it; empty where requests have no names. */
    String requestId() {
        return requestId;
    }

    HttpRequest message() {
        return message;
    }

    Attempts attempts() {
        return attempts;
    }

    /** The Host field or the target's authority as sent. */
    String authority() {
        return authority;
    }

    boolean isHttp10() {
        return http10;
    }

    boolean isHead() {
        return message.method().equals(HttpMethod.HEAD);
    }

    /** The declared length of the body, {@code >= 0}; 0 where it is chunked. */
    long contentLength() {
        return contentLength;
    }

    boolean isChunked() {
        return chunked;
    }

    boolean hasBody() {
        return chunked || contentLength > 0;
    }

    /** Tells whether another protocol is asked for that may be passed on. */
    boolean isUpgrade() {
        return upgrade;
    }

    boolean expectsContinue() {
        return hasBody() && !isHttp10() && message.headers().containsValue(HttpHeaderNames.EXPECT, CONTINUE, true);
    }

    /** Tells whether the message says a host, if only an empty one. */
    boolean hasHost() {
        return message.headers().contains(HttpHeaderNames.HOST);
    }

    /** Tells whether the client wants to send another request on the same connection. */
    boolean wantsKeepAlive() {
        return keepAlive;
    }

    /** RFC 9110, 9.2.2. */
    boolean isIdempotent() {
        return RetryWhen.IDEMPOTENT_METHODS.contains(method());
    }

    @Override
    public String listener() {
        return listener;
    }

    @Override
    public String scheme() {
        return scheme;
    }

    @Override
    public String client() {
        return client;
    }

    @Override
    public String method() {
        return message.method().name();
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String query() {
        return query;
    }

    @Override
    public @Nullable String header(String name) {
        return message.headers().get(name);
    }

    @Override
    public Tried tried() {
        return attempts.isEmpty() ? Tried.NOTHING : attempts;
    }

    /** A head that is wrong, with its answer. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient ErrorAnswer answer;

        Refused(ErrorAnswer answer) {
            super(null, null, false, false);
            this.answer = answer;
        }

        ErrorAnswer answer() {
            return answer;
        }
    }
}
