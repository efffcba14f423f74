package dev.penstock.discovery.dns;

import java.util.concurrent.CompletionStage;
import org.xbill.DNS.Message;

/** Where one read gets its answers from. Thread-safe. */
@FunctionalInterface
interface Asking {
    /** Asks; the answer has NOERROR or NXDOMAIN. */
    CompletionStage<Message> ask(Question question);
}
