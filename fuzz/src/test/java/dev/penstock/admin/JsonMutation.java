package dev.penstock.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.penstock.fuzz.Bytes;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Makes bodies that are almost right. Confined to one run. */
final class JsonMutation {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int LONG = 70_000;

    /** What stands in a value's place; texts are of this machine, so that whatever is reached is on loopback. */
    private static final List<JsonNode> VALUES = List.of(
            NullNode.instance,
            BooleanNode.TRUE,
            IntNode.valueOf(0),
            IntNode.valueOf(-1),
            IntNode.valueOf(65_536),
            LongNode.valueOf(Long.MIN_VALUE),
            BigIntegerNode.valueOf(BigInteger.TEN.pow(400)),
            DecimalNode.valueOf(new BigDecimal("1e-320")),
            TextNode.valueOf(""),
            TextNode.valueOf("orders"),
            TextNode.valueOf("web"),
            TextNode.valueOf("item"),
            TextNode.valueOf("${HOME}"),
            TextNode.valueOf("127.0.0.1:0"),
            TextNode.valueOf("127.0.0.1"),
            TextNode.valueOf("[::1]:0"),
            TextNode.valueOf("*.a.test"),
            TextNode.valueOf("/a/{b}/**"),
            TextNode.valueOf("99999999999999999999s"),
            TextNode.valueOf("\u0000\u001b\ud800\udc00\u202e"),
            TextNode.valueOf("a\nb: 'c\"\\"),
            TextNode.valueOf("~1/.[0]"),
            TextNode.valueOf("x".repeat(LONG)),
            JsonNodeFactory.instance.arrayNode(),
            JsonNodeFactory.instance.objectNode());

    private static final List<String> KEYS = List.of(
            "",
            "name",
            "address",
            "service",
            "endpoints",
            "listeners",
            "routes",
            "services",
            "defaults",
            "host",
            "a.b",
            "x[0]",
            "~",
            "item",
            "weight",
            "priority",
            "fallback",
            "middleware",
            "limits",
            "timeouts",
            "balancer",
            "tls",
            "Target",
            "Port",
            "Weight",
            "Priority",
            "upstreams",
            "fallbacks",
            "filter",
            "Hosts",
            "PathPrefix",
            "Schemes");

    private JsonMutation() {}

    /** A body made of a right one. */
    static byte[] of(String right, Bytes bytes) {
        List<JsonNode> root = new ArrayList<>(List.of(parse(right)));
        for (int changes = bytes.below(4); changes > 0; changes--) {
            root.set(0, change(root.get(0), bytes));
        }
        return spoiled(root.get(0).toString(), bytes);
    }

    private static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** Goes down some way, and changes what is there. */
    private static JsonNode change(JsonNode root, Bytes bytes) {
        JsonNode at = root;
        while (!at.isEmpty()) {
            List<String> keys = keys(at);
            String key = bytes.of(keys);
            JsonNode next = at.isArray() ? at.get(Integer.parseInt(key)) : at.get(key);
            if (!next.isContainerNode() || next.isEmpty() || bytes.below(4) == 0) {
                put(at, key, bytes);
                return root;
            }
            at = next;
        }
        return bytes.of(VALUES).deepCopy();
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                keys.add(String.valueOf(i));
            }
        } else {
            node.fieldNames().forEachRemaining(keys::add);
        }
        return keys;
    }

    private static void put(JsonNode at, String key, Bytes bytes) {
        int what = bytes.below(5);
        if (at instanceof ArrayNode list) {
            int place = Integer.parseInt(key);
            switch (what) {
                case 0 -> list.remove(place);
                case 1 -> list.add(list.get(place).deepCopy());
                default -> list.set(place, bytes.of(VALUES).deepCopy());
            }
        } else if (at instanceof ObjectNode object) {
            switch (what) {
                case 0 -> object.remove(key);
                case 1 -> object.set(bytes.of(KEYS), object.get(key).deepCopy());
                case 2 -> object.set(bytes.of(KEYS), bytes.of(VALUES).deepCopy());
                default -> object.set(key, bytes.of(VALUES).deepCopy());
            }
        }
    }

    /** What no tree can say. */
    private static byte[] spoiled(String text, Bytes bytes) {
        int place = text.isEmpty() ? 0 : (bytes.below(256) * 256 + bytes.below(256)) % text.length();
        String before = text.substring(0, place);
        String behind = text.substring(place);
        return switch (bytes.below(48)) {
            case 1 -> before.getBytes(UTF_8);
            case 2 ->
                (before + bytes.of(List.of("{", "}", "\"", ",", "[", "]", ":", "1", "\n", "\u0000", "\\")) + behind)
                        .getBytes(UTF_8);
            case 3 -> text.replaceFirst("\"([^\"]*)\":", "\"$1\":0,\"$1\":").getBytes(UTF_8);
            case 4 -> joined(before, new byte[] {(byte) 0xc3, 0x28, (byte) 0xff}, behind);
            case 5 -> text.replaceFirst("\"", "\"\\\\ud800").getBytes(UTF_8);
            case 6 -> text.replaceFirst(":", ":1e999999999,\"x\":").getBytes(UTF_8);
            case 7 ->
                text.replaceFirst(":", ":" + "9".repeat(2_000) + ",\"x\":").getBytes(UTF_8);
            case 8 -> nested("[", "]");
            case 9 -> nested("{\"services\":", "}");
            case 10 -> ("\ufeff" + text).getBytes(UTF_8);
            case 11 -> text.getBytes(java.nio.charset.StandardCharsets.UTF_16);
            case 12 ->
                ("listeners:\n- address: &a 127.0.0.1:0\nservices: {orders: {endpoints: [*a]}}\n" + before)
                        .getBytes(UTF_8);
            case 13 -> (text + text).getBytes(UTF_8);
            case 14 -> bytes.rest();
            case 15 -> (text + " ".repeat(1 << 20)).getBytes(UTF_8);
            case 16 -> joined(before, bytes.text().getBytes(ISO_8859_1), behind);
            case 17 -> new byte[0];
            default -> text.getBytes(UTF_8);
        };
    }

    private static byte[] nested(String open, String close) {
        return (open.repeat(20_000) + close.repeat(20_000)).getBytes(UTF_8);
    }

    private static byte[] joined(String before, byte[] middle, String behind) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(before.getBytes(UTF_8));
        all.writeBytes(middle);
        all.writeBytes(behind.getBytes(UTF_8));
        return all.toByteArray();
    }
}
