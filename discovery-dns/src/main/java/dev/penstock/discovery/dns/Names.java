package dev.penstock.discovery.dns;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Finds the records of a name, along aliases. Thread-safe. */
final class Names {
    /** Aliases in a row; resolvers in use allow between 8 and 16. */
    private static final int MAX_ALIASES = 12;

    private static final long MAX_NEGATIVE_SECONDS = 30;
    private static final long NO_TTL = Long.MAX_VALUE;

    private final Asking asking;

    Names(Asking asking) {
        this.asking = asking;
    }

    /**
     * What there is of a name, said with authority.
     *
     * @param records of the type asked for; empty if there are none
     * @param ttlSeconds how long that is good for, over all aliases
     * @param additional what else the server sent along
     */
    record Found(List<Record> records, long ttlSeconds, List<Record> additional) {}

    CompletionStage<Found> find(Question question) {
        return asking.ask(question).thenCompose(answer -> followed(question, new Aliases(question.name()), answer));
    }

    private CompletionStage<Found> followed(Question question, Aliases aliases, Message message) {
        Name before = aliases.end();
        aliases.follow(message);
        List<Record> records = message.getSection(Section.ANSWER).stream()
                .filter(r -> Question.isOf(r, aliases.end(), question.type()))
                .toList();
        if (!records.isEmpty()) {
            long ttl = records.stream().mapToLong(Record::getTTL).min().orElse(0);
            return CompletableFuture.completedFuture(
                    new Found(records, Math.min(ttl, aliases.ttl), message.getSection(Section.ADDITIONAL)));
        }
        boolean exists = message.getRcode() != Rcode.NXDOMAIN;
        if (!exists || aliases.end().equals(before)) {
            long ttl = Math.min(negativeSeconds(message), aliases.ttl);
            return CompletableFuture.completedFuture(new Found(List.of(), ttl, List.of()));
        }
        return asking.ask(new Question(aliases.end(), question.type()))
                .thenCompose(next -> followed(question, aliases, next));
    }

    /** RFC 2308 section 5; without an SOA record nothing may be kept. */
    private static long negativeSeconds(Message message) {
        return message.getSection(Section.AUTHORITY).stream()
                .filter(SOARecord.class::isInstance)
                .map(SOARecord.class::cast)
                .mapToLong(soa -> Math.min(soa.getTTL(), soa.getMinimum()))
                .map(seconds -> Math.min(seconds, MAX_NEGATIVE_SECONDS))
                .min()
                .orElse(0);
    }

    /** The aliases followed so far. Confined to one search. */
    private static final class Aliases {
        private final Set<Name> names = new LinkedHashSet<>();
        private Name end;
        private long ttl = NO_TTL;

        Aliases(Name start) {
            end = start;
            names.add(start);
        }

        Name end() {
            return end;
        }

        void follow(Message message) {
            List<CNAMERecord> left = new ArrayList<>();
            for (Record record : message.getSection(Section.ANSWER)) {
                if (Question.isOf(record, record.getName(), Type.CNAME)) {
                    left.add((CNAMERecord) record);
                }
            }
            for (boolean more = true; more; ) {
                more = false;
                for (CNAMERecord alias : left) {
                    if (alias.getName().equals(end)) {
                        step(alias);
                        more = true;
                        break;
                    }
                }
            }
        }

        private void step(CNAMERecord alias) {
            end = alias.getTarget();
            ttl = Math.min(ttl, alias.getTTL());
            boolean loop = !names.add(end);
            if (loop || names.size() > MAX_ALIASES + 1) {
                String chain = names.stream().map(Question::text).collect(Collectors.joining(" -> "));
                throw new DnsProblem(
                        loop
                                ? "aliases go round: " + chain + " -> " + Question.text(end)
                                : "aliases: more than " + MAX_ALIASES + " (expected: fewer): " + chain);
            }
        }
    }
}
