package dev.penstock.proxy;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.service.Lease;
import dev.penstock.service.Service;
import dev.penstock.time.Ticker;
import java.time.Duration;

/** What observers will be told of one request. Confined to its event loop. */
interface ExchangeLog {
    /** Of a gateway that nobody observes. */
    ExchangeLog NONE = new ExchangeLog() {};

    /** Where an attempt goes. */
    default void attempt(Service service, Lease lease) {}

    /** Which attempt gave the answer, where there were several at once. */
    default void chosen(Lease lease) {}

    /** Bytes of the request's body have come. */
    default void received(int bytes) {}

    /** Bytes of the answer's body have been sent. */
    default void sent(int bytes) {}

    /** The request is over. */
    default void end(int status, String reason) {}

    /** Of a gateway that is observed. */
    final class Kept implements ExchangeLog {
        private final ExchangeRecords records;
        private final Ticker ticker;
        private final ListenerSpec listener;
        private final RequestHead head;
        private final ClientTls tls;
        private final long startNanos;
        private String service = "";
        private String endpoint = "";
        private int attempts;
        private long receivedBytes;
        private long sentBytes;

        Kept(ExchangeRecords records, Ticker ticker, ListenerSpec listener, RequestHead head, ClientTls tls) {
            this.records = records;
            this.ticker = ticker;
            this.listener = listener;
            this.head = head;
            this.tls = tls;
            this.startNanos = ticker.nanos();
        }

        @Override
        public void attempt(Service service, Lease lease) {
            this.service = service.spec().name().value();
            endpoint = lease.endpoint().address();
            attempts++;
        }

        @Override
        public void chosen(Lease lease) {
            endpoint = lease.endpoint().address();
        }

        @Override
        public void received(int bytes) {
            receivedBytes += bytes;
        }

        @Override
        public void sent(int bytes) {
            sentBytes += bytes;
        }

        @Override
        public void end(int status, String reason) {
            records.offer(new ExchangeRecord(
                    listener.name(),
                    head.client(),
                    tls,
                    head.requestId(),
                    head.method(),
                    head.host(),
                    head.path(),
                    status,
                    service,
                    endpoint,
                    attempts,
                    receivedBytes,
                    sentBytes,
                    Duration.ofNanos(ticker.nanos() - startNanos),
                    reason));
        }
    }
}
