package dev.penstock.discovery.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;

/** Records in one line each. */
public final class Records {
    private Records() {}

    public static Name name(String text) {
        return Name.fromConstantString(text.endsWith(".") ? text : text + ".");
    }

    public static Record a(String name, long ttl, String address) {
        return new ARecord(name(name), DClass.IN, ttl, literal(address));
    }

    public static Record aaaa(String name, long ttl, String address) {
        return new AAAARecord(name(name), DClass.IN, ttl, literal(address));
    }

    public static Record cname(String name, long ttl, String target) {
        return new CNAMERecord(name(name), DClass.IN, ttl, name(target));
    }

    public static Record srv(String name, long ttl, int priority, int weight, int port, String target) {
        return new SRVRecord(name(name), DClass.IN, ttl, priority, weight, port, name(target));
    }

    private static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    /** A question as it is sent. */
    static byte[] wire(Question question, int id, boolean extended) {
        var out = ByteBuffer.allocate(Question.MAX_BYTES);
        question.put(out, id, extended);
        return Arrays.copyOf(out.array(), out.position());
    }
}
