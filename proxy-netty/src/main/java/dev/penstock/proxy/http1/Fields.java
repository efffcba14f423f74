package dev.penstock.proxy.http1;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a head or of trailers, in their order: those that came stay the bytes that they came as, and are written as
 * such. Not thread-safe.
 *
 * <p>Names are told apart without their case. Texts are one byte a character (ISO 8859-1, RFC 9110, 5.5).
 */
public final class Fields {
    // What is known of each field: where its name, its value and its line are, and how its name is recognised.
    private static final int NAME = 0;
    private static final int NAME_END = 1;
    private static final int VALUE = 2;
    private static final int VALUE_END = 3;
    private static final int LINE_END = 4;
    private static final int HASH = 5;
    private static final int NUMBER = 6;
    private static final int WIDTH = 7;

    private static final int GONE = -1;
    private static final int FEW = 12;
    private static final byte[] NOTHING = {};
    private static final int[] NONE = {};

    private byte[] block;
    private int used;
    private int[] spans;
    private int count;
    private int live;
    private long present; // a bit for each numbered name that is there
    private boolean odd;
    private int firstLine; // where the first line of the head stands, if it may be written as it came
    private int firstLineEnd;

    /** None yet. */
    public Fields() {
        this(NOTHING, 0);
    }

    /** None yet; those that are found stand in these bytes, of which so many are used. */
    Fields(byte[] block, int used) {
        this.block = block;
        this.used = used;
        this.spans = NONE;
    }

    // ---- making

    /** Takes up a field that stands in the bytes. */
    void found(int name, int nameEnd, int value, int valueEnd, int lineEnd, int hash) {
        note(name, nameEnd, value, valueEnd, lineEnd, hash, FieldName.number(block, name, nameEnd, hash));
    }

    private void note(int name, int nameEnd, int value, int valueEnd, int lineEnd, int hash, int number) {
        int at = count * WIDTH;
        if (at == spans.length) {
            spans = Arrays.copyOf(spans, Math.max(FEW * WIDTH, 2 * spans.length));
        }
        spans[at + NAME] = name;
        spans[at + NAME_END] = nameEnd;
        spans[at + VALUE] = value;
        spans[at + VALUE_END] = valueEnd;
        spans[at + LINE_END] = lineEnd;
        spans[at + HASH] = hash;
        spans[at + NUMBER] = number;
        count++;
        live++;
        if (number >= 0) {
            present |= 1L << number;
        }
    }

    /** Says that a name that came has an underscore or a dot in it. */
    void foundOdd() {
        odd = true;
    }

    /** Says where in the bytes the first line of the head stands, with its end, as it is to be written. */
    void firstLine(int from, int end) {
        firstLine = from;
        firstLineEnd = end;
    }

    /** The first line is not written as it came. */
    void changeFirstLine() {
        firstLine = 0;
        firstLineEnd = 0;
    }

    /** How long the first line is, with its end, if it may be written as it came; else 0. */
    int firstLineLength() {
        return firstLineEnd - firstLine;
    }

    /** The bytes that fields stand in are these from now on: the same ones and more. */
    void moveTo(byte[] bytes, int length) {
        block = bytes;
        used = length;
    }

    // ---- asking

    /** Tells whether there are none. */
    public boolean isEmpty() {
        return live == 0;
    }

    /** How many there are. */
    public int size() {
        return live;
    }

    /** Tells whether a name that came has an underscore or a dot in it. */
    public boolean hasOddNames() {
        return odd;
    }

    /** Tells whether a field is there. */
    public boolean contains(FieldName name) {
        return name.number() >= 0 ? (present & (1L << name.number())) != 0 : next(name, 0) >= 0;
    }

    /** The value of the first field of a name; null if there is none. */
    public @Nullable String get(FieldName name) {
        if (!contains(name)) {
            return null;
        }
        int at = next(name, 0);
        return at < 0 ? null : value(at);
    }

    /** The value of the first field of a name; null if there is none, or this is no name. */
    public @Nullable String get(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < count * WIDTH; at += WIDTH) {
            if (spans[at + NAME] != GONE && isNamed(at, bytes)) {
                return value(at);
            }
        }
        return null;
    }

    /** The values of all fields of a name, in their order. */
    public List<String> all(FieldName name) {
        if (!contains(name)) {
            return List.of();
        }
        List<String> values = new ArrayList<>(2);
        for (int at = next(name, 0); at >= 0; at = next(name, at + WIDTH)) {
            values.add(value(at));
        }
        return values;
    }

    /** Tells whether the comma-separated values of a name have a token among them, in whatever case. */
    public boolean containsToken(FieldName name, String token) {
        if (!contains(name)) {
            return false;
        }
        for (int at = next(name, 0); at >= 0; at = next(name, at + WIDTH)) {
            if (Tokens.contains(block, spans[at + VALUE], spans[at + VALUE_END], token)) {
                return true;
            }
        }
        return false;
    }

    /** How many elements the comma-separated values of a name have, empty ones counted. */
    int elements(FieldName name) {
        if (!contains(name)) {
            return 0;
        }
        int elements = 0;
        for (int at = next(name, 0); at >= 0; at = next(name, at + WIDTH)) {
            elements++;
            for (int i = spans[at + VALUE]; i < spans[at + VALUE_END]; i++) {
                elements += block[i] == ',' ? 1 : 0;
            }
        }
        return elements;
    }

    /** Tells whether there is one field of a name, with just that value, in whatever case. */
    boolean isOnly(FieldName name, String value) {
        int at = next(name, 0);
        return at >= 0
                && next(name, at + WIDTH) < 0
                && Tokens.is(block, spans[at + VALUE], spans[at + VALUE_END], value);
    }

    /** Tells whether the name of a field begins with some characters, in whatever case. */
    public boolean hasNameFrom(String start) {
        for (int at = 0; at < count * WIDTH; at += WIDTH) {
            int from = spans[at + NAME];
            if (from != GONE && spans[at + NAME_END] - from >= start.length() && beginsWith(from, start)) {
                return true;
            }
        }
        return false;
    }

    private boolean beginsWith(int from, String start) {
        for (int i = 0; i < start.length(); i++) {
            if (!Octets.sameIgnoringCase(block[from + i], start.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Tells each field, in their order: its name and its value. */
    public void forEach(BiConsumer<? super String, ? super String> observer) {
        for (int at = 0; at < count * WIDTH; at += WIDTH) {
            if (spans[at + NAME] != GONE) {
                observer.accept(text(spans[at + NAME], spans[at + NAME_END]), value(at));
            }
        }
    }

    /** The names of all fields, each as often as it is there. */
    public List<String> names() {
        List<String> names = new ArrayList<>(live);
        for (int at = 0; at < count * WIDTH; at += WIDTH) {
            if (spans[at + NAME] != GONE) {
                names.add(text(spans[at + NAME], spans[at + NAME_END]));
            }
        }
        return names;
    }

    private int next(FieldName name, int from) {
        for (int at = from; at < count * WIDTH; at += WIDTH) {
            if (spans[at + HASH] == name.hash()
                    && spans[at + NAME] != GONE
                    && (name.number() >= 0
                            ? spans[at + NUMBER] == name.number()
                            : name.isAt(block, spans[at + NAME], spans[at + NAME_END]))) {
                return at;
            }
        }
        return GONE;
    }

    private boolean isNamed(int at, byte[] name) {
        int from = spans[at + NAME];
        if (spans[at + NAME_END] - from != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (!Octets.sameIgnoringCase(name[i], block[from + i])) {
                return false;
            }
        }
        return true;
    }

    private String value(int at) {
        return text(spans[at + VALUE], spans[at + VALUE_END]);
    }

    private String text(int from, int to) {
        return new String(block, from, to - from, StandardCharsets.ISO_8859_1);
    }

    // ---- changing

    /** Takes out all fields of a name. */
    public void remove(FieldName name) {
        if (!contains(name)) {
            return;
        }
        for (int at = next(name, 0); at >= 0; at = next(name, at + WIDTH)) {
            drop(at);
        }
        if (name.number() >= 0) {
            present &= ~(1L << name.number());
        }
    }

    /** Takes out all fields of a name; none if this is no name. */
    public void remove(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < count * WIDTH; at += WIDTH) {
            if (spans[at + NAME] != GONE && isNamed(at, bytes)) {
                int number = spans[at + NUMBER];
                if (number >= 0) {
                    present &= ~(1L << number); // all of them go
                }
                drop(at);
            }
        }
    }

    /** Takes out all fields of some names. */
    public void removeAll(FieldNames names) {
        if ((present & names.numbers()) == 0) {
            return;
        }
        for (int at = 0; at < count * WIDTH; at += WIDTH) {
            int number = spans[at + NUMBER];
            if (number >= 0 && spans[at + NAME] != GONE && (names.numbers() & (1L << number)) != 0) {
                drop(at);
            }
        }
        present &= ~names.numbers();
    }

    private void drop(int at) {
        spans[at + NAME] = GONE;
        live--;
    }

    /**
     * Puts one field in the place of all of its name, at the end.
     *
     * @throws IllegalArgumentException if the value has a control character or one beyond ISO 8859-1
     */
    public void set(FieldName name, CharSequence value) {
        remove(name);
        add(name, value);
    }

    /**
     * Adds a field at the end.
     *
     * @throws IllegalArgumentException if the value has a control character or one beyond ISO 8859-1
     */
    public void add(FieldName name, CharSequence value) {
        String text = value.toString();
        int length = text.length();
        byte[] nameBytes = name.bytes();
        int from = room(nameBytes.length + 2 + length + 2);
        System.arraycopy(nameBytes, 0, block, from, nameBytes.length);
        int at = from + nameBytes.length;
        block[at++] = ':';
        block[at++] = ' ';
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c > 0xff || !Octets.isValue((byte) c)) {
                throw new IllegalArgumentException("value of " + name + ": character " + (int) c
                        + " (expected: none that is a control character)");
            }
            block[at++] = (byte) c;
        }
        block[at] = '\r';
        block[at + 1] = '\n';
        added(name, from, at + 2);
    }

    /** Puts one field in the place of all of its name, at the end. */
    public void set(FieldLine line) {
        remove(line.name());
        byte[] bytes = line.bytes();
        int from = room(bytes.length);
        System.arraycopy(bytes, 0, block, from, bytes.length);
        added(line.name(), from, from + bytes.length);
    }

    /** Where so many bytes more find room. */
    private int room(int length) {
        if (block.length - used < length) {
            block = Arrays.copyOf(block, Math.max(used + length, used + 256));
        }
        return used;
    }

    private void added(FieldName name, int from, int lineEnd) {
        int nameEnd = from + name.bytes().length;
        used = lineEnd;
        note(from, nameEnd, nameEnd + 2, lineEnd - 2, lineEnd, name.hash(), name.number());
    }

    // ---- writing

    /** The bytes that were added. */
    byte[] bytes() {
        return Arrays.copyOf(block, used);
    }

    /** How many bytes {@link #write} writes at most. */
    int length() {
        int length = 0;
        for (int at = 0; at < count * WIDTH; at += WIDTH) {
            if (spans[at + NAME] != GONE) {
                length += spans[at + LINE_END] - spans[at + NAME] + 1;
            }
        }
        return length;
    }

    /** Writes all fields, a line each. */
    void write(ByteBuf out) {
        write(out, 0, 0);
    }

    /** Writes the first line as it came, then all fields. */
    void writeAfterFirstLine(ByteBuf out) {
        write(out, firstLine, firstLineEnd);
    }

    /** Writes some of the bytes, then all fields. Neighbours that stand as they are to be written go in one piece. */
    private void write(ByteBuf out, int first, int firstEnd) {
        int from = first;
        int to = firstEnd;
        for (int at = 0; at < count * WIDTH; at += WIDTH) {
            if (spans[at + NAME] == GONE) {
                continue;
            }
            if (!isPlain(at)) {
                out.writeBytes(block, from, to - from);
                writeLine(out, at);
                from = 0;
                to = 0;
            } else if (spans[at + NAME] == to) {
                to = spans[at + LINE_END];
            } else {
                if (to > from) {
                    out.writeBytes(block, from, to - from);
                }
                from = spans[at + NAME];
                to = spans[at + LINE_END];
            }
        }
        out.writeBytes(block, from, to - from);
    }

    /** Whether its line is written the usual way: a colon, a space, the value, the line's end. */
    private boolean isPlain(int at) {
        return spans[at + VALUE] == spans[at + NAME_END] + 2
                && block[spans[at + NAME_END] + 1] == ' '
                && spans[at + LINE_END] == spans[at + VALUE_END] + 2;
    }

    private void writeLine(ByteBuf out, int at) {
        out.writeBytes(block, spans[at + NAME], spans[at + NAME_END] - spans[at + NAME]);
        out.writeShort(':' << 8 | ' ');
        out.writeBytes(block, spans[at + VALUE], spans[at + VALUE_END] - spans[at + VALUE]);
        out.writeShort('\r' << 8 | '\n');
    }

    /** One field a line. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (int at = 0; at < count * WIDTH; at += WIDTH) {
            if (spans[at + NAME] != GONE) {
                text.append(text(spans[at + NAME], spans[at + NAME_END]))
                        .append(": ")
                        .append(value(at))
                        .append('\n');
            }
        }
        return text.toString();
    }
}
