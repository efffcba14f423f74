package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.ProxyProtocol;
import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import dev.penstock.proxy.http1.Framing;
import dev.penstock.proxy.http1.RequestMessage;
import dev.penstock.request.Attempts;
import dev.penstock.request.HostName;
import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.retry.RetryWhen;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request: what it asks for, how it is framed, and what is wrong with it. Confined to its event loop.
 *
 * <p>The decoder has checked its bytes and its framing; here is checked what takes the meaning of other fields.
 */
final class RequestHead implements Request {
    private final RequestMessage message;
    private final String listener;
    private final boolean http10;
    private final boolean keepAlive;
    private final long contentLength;
    private final boolean chunked;
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
    private boolean upgrade;

    private RequestHead(RequestMessage message, String listener) {
        this.message = message;
        this.listener = listener;
        this.http10 = message.isHttp10();
        this.keepAlive = readKeepAlive();
        this.contentLength = message.framing().length();
        this.chunked = message.framing().kind() == Framing.Kind.CHUNKED;
    }

    /** A head from its message, or the answer to one that is wrong. */
    static RequestHead of(RequestMessage message, String listener) throws Refused {
        var head = new RequestHead(message, listener);
        head.checkDraft();
        head.readTarget();
        head.readUpgrade();
        return head;
    }

    /** A draft of WebSocket had eight bytes more, of which no field told: somebody may take the next request for them. */
    private void checkDraft() throws Refused {
        Fields headers = message.fields();
        if (headers.contains(FieldName.SEC_WEBSOCKET_KEY1)
                && headers.contains(FieldName.SEC_WEBSOCKET_KEY2)
                && !headers.contains(FieldName.CONTENT_LENGTH)) {
            throw new Refused(ErrorAnswer.MALFORMED);
        }
    }

    private void readTarget() throws Refused {
        List<String> hosts = message.fields().all(FieldName.HOST);
        if (hosts.size() > 1 || (hosts.isEmpty() && !isHttp10())) {
            throw new Refused(ErrorAnswer.MALFORMED);
        }
        authority = hosts.isEmpty() ? "" : hosts.get(0);
        String target = message.target();
        if (message.method().equals("CONNECT")) {
            throw new Refused(ErrorAnswer.NO_CONNECT);
        } else if (target.charAt(0) == '/') {
            split(target);
        } else if (target.equals("*") && message.method().equals("OPTIONS")) {
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
        if (rest.isEmpty() && message.method().equals("OPTIONS")) {
            rest = "*";
        } else if (rest.isEmpty() || rest.charAt(0) == '?') {
            rest = "/" + rest;
        }
        message.target(rest);
        split(rest);
        if (!hostGiven) {
            message.fields().set(FieldName.HOST, named);
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
        Fields headers = message.fields();
        upgrade = headers.contains(FieldName.UPGRADE)
                && !isHttp10()
                && !hasBody()
                && headers.containsToken(FieldName.CONNECTION, "upgrade")
                && !headers.containsToken(FieldName.UPGRADE, "h2c");
    }

    private boolean readKeepAlive() {
        Fields headers = message.fields();
        if (headers.containsToken(FieldName.CONNECTION, "close")) {
            return false;
        }
        return !http10 || headers.containsToken(FieldName.CONNECTION, "keep-alive");
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

    RequestMessage message() {
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
        return message.method().equals("HEAD");
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
        return hasBody() && !isHttp10() && message.fields().containsToken(FieldName.EXPECT, "100-continue");
    }

    /** Tells whether the message says a host, if only an empty one. */
    boolean hasHost() {
        return message.fields().contains(FieldName.HOST);
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
        return message.method();
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
        return message.fields().get(name);
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
