package dev.penstock.discovery.dns;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import dev.penstock.endpoint.Zone;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.xbill.DNS.Name;
import org.xbill.DNS.SRVRecord;

/**
 * A name whose addresses become endpoints. Immutable.
 *
 * @param name absolute
 * @param port of the endpoints
 * @param weight of each of them
 * @param priority of each of them
 * @param metadata of each of them
 */
record Target(Name name, int port, int weight, int priority, Map<String, String> metadata) {
    /** How many times less than a weight of 1 a weight of 0 counts beside it: "very rarely", says RFC 2782. */
    private static final int RARELY = 10;

    static Target of(Name name, int port) {
        return new Target(name, port, 1, 0, Map.of("dns.name", Question.text(name)));
    }

    /** The targets of SRV records; what cannot be one is told of. */
    static List<Target> of(Name service, List<SRVRecord> records, List<String> skipped) {
        Set<Integer> weighted = new HashSet<>();
        Set<Integer> mixed = new HashSet<>();
        for (SRVRecord record : records) {
            (record.getWeight() == 0 ? mixed : weighted).add(record.getPriority());
        }
        mixed.retainAll(weighted);
        List<Target> targets = new ArrayList<>();
        for (SRVRecord record : records) {
            boolean nobody = record.getTarget().equals(Name.root); // "decidedly not available", RFC 2782
            if (!nobody && record.getPort() == 0) {
                skipped.add(Question.text(record.getTarget()) + ": port: 0 (expected: 1..65535)");
            } else if (!nobody) {
                int times = mixed.contains(record.getPriority()) ? RARELY : 1;
                int weight = Math.max(1, record.getWeight() * times);
                targets.add(new Target(
                        record.getTarget(),
                        record.getPort(),
                        weight,
                        record.getPriority(),
                        Map.of("dns.name", Question.text(service), "dns.target", Question.text(record.getTarget()))));
            }
        }
        return targets;
    }

    Endpoint at(InetAddress address) {
        Endpoint plain = Endpoint.of(Addresses.text(address), port);
        return new Endpoint(plain.id(), plain.host(), port, weight, priority, Zone.UNKNOWN, Phase.ACTIVE, metadata);
    }
}
