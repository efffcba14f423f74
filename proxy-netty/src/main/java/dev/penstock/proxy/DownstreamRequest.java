package dev.penstock.proxy;

import dev.penstock.catalog.ListenerSpec;

/**
 * A request as it came from its client, for all who have a part in answering it. Confined to the event loop of the client.
 *
 * @param client its connection
 * @param listener the settings that the request goes by
 * @param head its head; what is sent to an endpoint is written into it
 * @param body what has come of its body
 * @param log what observers will be told
 * @param guard runs what has to wait
 */
record DownstreamRequest(
        DownstreamConnection client,
        ListenerSpec listener,
        RequestHead head,
        RequestBody body,
        ExchangeLog log,
        Guard guard) {
    /** What belongs to its event loop. */
    LoopState state() {
        return client.loopState();
    }
}
