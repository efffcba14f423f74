package dev.penstock.discovery.dns;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Record;

/** Addresses of A and AAAA records. Stateless. */
final class Addresses {
    private static final int GROUPS = 8;

    private Addresses() {}

    static List<InetAddress> of(List<Record> records) {
        return records.stream().flatMap(record -> of(record).stream()).toList();
    }

    private static Optional<InetAddress> of(Record record) {
        if (record instanceof ARecord a) {
            return Optional.of(a.getAddress());
        }
        return record instanceof AAAARecord aaaa ? Optional.of(aaaa.getAddress()) : Optional.empty();
    }

    /** Whether it can be one machine's. */
    static boolean isUsable(InetAddress address) {
        return !address.isAnyLocalAddress() && !address.isMulticastAddress();
    }

    /** As people write it: IPv6 in the form of RFC 5952. */
    static String text(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != 2 * GROUPS) {
            return address.getHostAddress();
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
        }
        int start = 0;
        int longest = 0;
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - i > longest) {
                start = i;
                longest = end - i;
            }
        }
        return longest < 2
                ? hex(groups, 0, GROUPS)
                : hex(groups, 0, start) + "::" + hex(groups, start + longest, GROUPS);
    }

    private static String hex(int[] groups, int from, int to) {
        var text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : ":").append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
