package dev.penstock.discovery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists that are taken apart before they are read. */
class ElementsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] TEXTS = {"", "web", "a\"b", "\\", "{", "}]", ",", "\u00e4\u20ac", "\n\\\"", "[1,2"};

    private static JsonNode value(SplittableRandom chance, int depth) {
        int kind = chance.nextInt(depth > 3 ? 4 : 6);
        if (kind == 0) {
            return JSON.getNodeFactory().numberNode(chance.nextInt());
        } else if (kind == 1) {
            return JSON.getNodeFactory().booleanNode(chance.nextBoolean());
        } else if (kind == 2) {
            return JSON.nullNode();
        } else if (kind == 3) {
            return JSON.getNodeFactory().textNode(TEXTS[chance.nextInt(TEXTS.length)]);
        } else if (kind == 4) {
            return list(chance, depth + 1);
        }
        var object = JSON.createObjectNode();
        for (int i = chance.nextInt(4); i > 0; i--) {
            object.set(TEXTS[chance.nextInt(TEXTS.length)], value(chance, depth + 1));
        }
        return object;
    }

    private static ArrayNode list(SplittableRandom chance, int depth) {
        ArrayNode list = JSON.createArrayNode();
        for (int i = chance.nextInt(6); i > 0; i--) {
            list.add(value(chance, depth));
        }
        return list;
    }

    /** As from a network: a few bytes at a time. */
    private static InputStream stream(byte[] bytes, SplittableRandom chance) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                return super.read(into, from, Math.min(length, 1 + chance.nextInt(7)));
            }
        };
    }

    private static List<JsonNode> read(InputStream in) throws IOException {
        var elements = new Elements(in);
        assertThat(elements.begin()).isEmpty();
        List<JsonNode> trees = new ArrayList<>();
        while (elements.next()) {
            trees.add(elements.tree());
        }
        return trees;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5}) // seeds
    void anyList_comesApartIntoItsElements(long seed) throws Exception {
        var chance = new SplittableRandom(seed);
        for (int i = 0; i < 500; i++) {
            ArrayNode list = list(chance, 0);
            byte[] bytes = chance.nextBoolean()
                    ? JSON.writeValueAsBytes(list)
                    : JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(list);
            assertThat(read(stream(bytes, chance))).containsExactlyElementsOf(list);
            for (int length = 1; length < bytes.length && length < 60; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> read(stream(cut, chance)))
                        .as(new String(cut, StandardCharsets.UTF_8))
                        .isInstanceOf(JsonProcessingException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[,1]",
                "[1,]",
                "[1 2]",
                "[{]",
                "[}]",
                "[\"a\" \"b\"]",
                "[{\"a\":1}{\"a\":2}]",
                "[nul]",
                "[\"a\\\"]"
            })
    void brokenList_isNoJson(String text) {
        assertThatThrownBy(() -> read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(JsonProcessingException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'' | empty", "'  ' | empty", "'{\"message\":\"x\"}' | no list", "<html> | no list"})
    void whatIsNoList_isSaid(String text, String expected) throws Exception {
        var elements = new Elements(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(elements.begin()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100_000, 1_000_000})
    void fingerprints_areEqualWhereElementsAre(int length) throws Exception {
        String text = "[{\"a\":\"" + "x".repeat(length) + "\"}, {\"a\":\"" + "x".repeat(length) + "\"} ,{\"a\":\""
                + "x".repeat(length - 1) + "y\"}]";
        var elements = new Elements(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(elements.begin()).isEmpty();
        List<String> prints = new ArrayList<>();
        while (elements.next()) {
            prints.add(elements.fingerprint());
        }
        assertThat(prints).hasSize(3);
        assertThat(prints.get(0)).isEqualTo(prints.get(1)).isNotEqualTo(prints.get(2));
    }
}
