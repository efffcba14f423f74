package dev.penstock.proxy.http1;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads heads as their bytes come in: a first line, then fields. Not thread-safe. */
abstract class HeadReader {
    static final int MORE = FieldScanner.MORE;
    private static final int FIRST_BYTES = 1024;
    private static final byte[] NOTHING = {};

    private final FieldScanner scanner;
    private final int maxNominated;
    private final int slack;
    private byte[] block = NOTHING;
    private int used;
    private Fields fields = new Fields();
    private boolean lineOver;
    private @Nullable HeadFault fault;

    /**
     * Has read nothing.
     *
     * @param maxNominated how many fields a Connection field may name: each is looked for among all
     * @param slack room for so many bytes of fields that will be added
     */
    HeadReader(FieldScanner scanner, int maxNominated, int slack) {
        this.scanner = scanner;
        this.maxNominated = maxNominated;
        this.slack = slack;
    }

    /** Goes on with the first line: after its end, or {@link #MORE}. */
    abstract int line(byte[] b, int from, int to);

    /** Where the first line begins, if it is to be written just as it came; else -1. */
    abstract int usualLine();

    /** Makes ready for the next first line. */
    abstract void resetLine();

    /** Makes ready for the next head. */
    void reset(int maxFields) {
        block = NOTHING;
        used = 0;
        fields = new Fields();
        lineOver = false;
        fault = null;
        scanner.reset(maxFields);
        resetLine();
    }

    /** Reads on: whether the head is whole, or wrong. Of what follows a whole head nothing is taken. */
    boolean read(ByteBuf in) {
        while (in.isReadable()) {
            int taken = take(in);
            int end = scan(used, used + taken);
            if (end != MORE) {
                in.skipBytes(end - used);
                used = end;
                fields.moveTo(block, used);
                if (fields.elements(FieldName.CONNECTION) > maxNominated) {
                    fault = HeadFault.MALFORMED;
                }
                return true;
            }
            in.skipBytes(taken);
            used += taken;
            if (fault != null) {
                return true;
            }
        }
        return false;
    }

    private int take(ByteBuf in) {
        int taken = Math.min(in.readableBytes(), Math.max(FIRST_BYTES, used));
        if (block.length - used < taken) {
            block = Arrays.copyOf(block, used + taken + slack);
            fields.moveTo(block, used);
        }
        in.getBytes(in.readerIndex(), block, used, taken);
        return taken;
    }

    private int scan(int from, int to) {
        int at = from;
        if (!lineOver) {
            at = line(block, from, to);
            if (at == MORE) {
                return MORE;
            }
            lineOver = true;
            int begin = usualLine();
            if (begin >= 0) {
                fields.firstLine(begin, at);
            }
        }
        int end = scanner.scan(block, at, to, fields);
        if (end == MORE) {
            fault = scanner.fault();
        }
        return end;
    }

    int refuse(HeadFault found) {
        fault = found;
        return MORE;
    }

    /** What is wrong; null if nothing is. */
    @Nullable
    HeadFault fault() {
        return fault;
    }

    /** What a head takes that is not whole. */
    int heldBytes() {
        return block.length;
    }

    Fields fields() {
        return fields;
    }

    byte[] block() {
        return block;
    }
}
