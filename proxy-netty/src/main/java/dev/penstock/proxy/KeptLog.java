package dev.penstock.proxy;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import dev.penstock.request.Request;
import dev.penstock.service.Lease;
import dev.penstock.service.Service;
import dev.penstock.time.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What observers will be told, of a gateway that is observed. Confined to its event loop. */
final class KeptLog implements ExchangeLog {
    /** A header that is only reported is no longer than this. */
    private static final int LONGEST = 256;

    private static final FieldName REFERER = FieldName.of("Referer");
    private static final FieldName USER_AGENT = FieldName.of("User-Agent");

    private final ExchangeRecords records;
    private final Ticker ticker;
    private final Request request;
    private final String protocol;
    private final ClientTls tls;
    private final String referer;
    private final String userAgent;
    private final long startNanos;
    private String service = "";
    private String endpoint = "";
    private Ending.During during = Ending.During.REQUEST;
    private int attempts;
    private long receivedBytes;
    private long sentBytes;
    private @Nullable Duration connect;
    private @Nullable Duration firstByte;

    private KeptLog(
            ExchangeRecords records, Ticker ticker, Request request, String protocol, ClientTls tls, Fields headers) {
        this.records = records;
        this.ticker = ticker;
        this.request = request;
        this.protocol = protocol;
        this.tls = tls;
        this.referer = cut(headers.get(REFERER)); // now: middleware may take it away
        this.userAgent = cut(headers.get(USER_AGENT));
        this.startNanos = ticker.nanos();
    }

    static KeptLog of(ExchangeRecords records, Ticker ticker, RequestHead head, ClientTls tls) {
        String protocol = head.isHttp10() ? "HTTP/1.0" : "HTTP/1.1";
        return new KeptLog(records, ticker, head, protocol, tls, head.message().fields());
    }

    /** Of a connection, or a flow of datagrams. */
    static KeptLog of(ExchangeRecords records, Ticker ticker, OpaqueRequest request, ClientTls tls) {
        return new KeptLog(records, ticker, request, request.scheme(), tls, new Fields());
    }

    private static String cut(@Nullable String text) {
        if (text == null) {
            return "";
        }
        return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    }

    @Override
    public void meant(ServiceName service) {
        this.service = service.value();
    }

    @Override
    public void routed(Service service) {
        this.service = service.spec().name().value();
        during = Ending.During.QUEUE;
    }

    @Override
    public void queued() {
        during = Ending.During.QUEUE;
    }

    @Override
    public void attempt(Lease lease) {
        endpoint = lease.endpoint().address();
        during = Ending.During.CONNECT;
        attempts++;
    }

    @Override
    public void hedge(Lease lease) {
        endpoint = lease.endpoint().address();
        attempts++; // what is going on is what goes on at the other one
    }

    @Override
    public long connecting() {
        return ticker.nanos();
    }

    @Override
    public void connected(long sinceNanos) {
        connect = Duration.ofNanos(ticker.nanos() - sinceNanos);
    }

    @Override
    public void forwarded() {
        during = Ending.During.ANSWER;
    }

    @Override
    public void chosen(Lease lease) {
        endpoint = lease.endpoint().address();
    }

    @Override
    public void answered() {
        during = during == Ending.During.TUNNEL ? during : Ending.During.BODY;
        firstByte = Duration.ofNanos(ticker.nanos() - startNanos);
    }

    @Override
    public void tunnelled() {
        during = Ending.During.TUNNEL;
    }

    @Override
    public void received(long bytes) {
        receivedBytes += bytes;
    }

    @Override
    public void sent(long bytes) {
        sentBytes += bytes;
    }

    @Override
    public void end(int status, String reason, Ending.By by) {
        var record = new ExchangeRecord(
                startNanos,
                protocol,
                request.listener(),
                request.client(),
                tls,
                request instanceof RequestHead head ? head.requestId() : "",
                request.method(),
                request.host(),
                request.isHttp() ? request.path() : "",
                request.query(),
                referer,
                userAgent,
                status,
                service,
                endpoint,
                attempts,
                receivedBytes,
                sentBytes,
                connect,
                firstByte,
                Duration.ofNanos(ticker.nanos() - startNanos),
                reason,
                new Ending(by, during));
        if (request.isHttp()) {
            records.offer(record);
        } else {
            records.offerPassed(record);
        }
    }
}
