package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.Problem;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a text has become is read as if nothing had been read before, whatever was edited. */
class RemoteTextPropertyTest {
    private static final int EDITS = 3_000;
    private static final String[] ENDS = {"", " ", "\n", "\r\n", "\r", "\t"};
    private static final String[] SETTINGS = {
        "\"endpoints\": [\"127.0.0.1:1\"]",
        "\"endpoints\": []",
        "\"endpoints\": [{\"address\": \"h:2\", \"metadata\": {\"a\": \"}, {\"}}]",
        "\"endpoints\": [\"h:3\"], \"fallback\": {\n\"endpoints\": [\"spare:4\"]}",
        "\"endpoints\": [\"h:3\"], \"fallback\": \"s1\"",
        "\"endpoints\": [\"h:3\"],\r\n\"attempts\": 2",
        "\"discover\": \"dns:///refused\"",
        "\"nonsense\": [[[[1]]]], \"endpoints\": []",
    };
    private static final String PIECES = "{}[]\",:\\ \n\r\t01aez/*#\u0000\u00e9\u2028\ud83d\ufeff";

    private final ConfigurationReader reader =
            new ConfigurationReader(configuration -> configuration.catalog().services().stream()
                    .filter(service -> !service.discover().isEmpty())
                    .map(service -> new Problem("services." + service.name() + ".discover", "refused"))
                    .toList());

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void editedText_isReadAsAWholeOne(long seed) {
        var random = new SplittableRandom(seed);
        String text = document(random);
        RemoteText before = read(text);
        int quick = 0;
        int broken = 0;
        for (int i = 0; i < EDITS; i++) {
            String next = i % 100 == 0 ? document(random) : edited(before.text(), random);
            List<String> faults = faults(next);
            if (before.changed(
                            next,
                            state -> state.services().stream()
                                    .allMatch(one -> one.discover().isEmpty()))
                    != null) {
                quick++;
            }
            try {
                RemoteText read = reader.remote(before, next);
                assertThat(faults).as(next).isEmpty();
                assertThat(read.state()).as(next).isEqualTo(read(next).state());
                before = read;
            } catch (ConfigurationException e) {
                assertThat(lines(e)).as(next).isEqualTo(faults).isNotEmpty();
                broken++;
            }
        }
        assertThat(quick).isBetween(EDITS / 10, EDITS * 9 / 10);
        assertThat(broken).isBetween(EDITS / 10, EDITS * 9 / 10);
    }

    @Test
    void endOfALine_thatBecomesTwo_orOne_movesWhatIsBehind() {
        String two = "{\"services\": {\"a\": {\r \n\"endpoints\": []},\n\"b\": {\"endpoints\": []}}}";
        String one = two.replace("\r \n", "\r\n");

        assertThat(reader.remote(read(two), one).state()).isEqualTo(read(one).state());
        assertThat(reader.remote(read(one), two).state()).isEqualTo(read(two).state());
    }

    @Test
    void changeWithinOneService_leavesAllElseTheSameObjects() {
        String text = "{\"services\": {\"a\": {\"endpoints\": [\"h:1\"]},\n\"b\": {\"endpoints\": []}}}";

        RemoteText before = read(text);
        CatalogState after =
                reader.remote(before, text.replace("h:1", "other:80")).state();

        assertThat(after).isEqualTo(read(text.replace("h:1", "other:80")).state());
        assertThat(after.services().get(1)).isSameAs(before.state().services().get(1));
        assertThat(after.routes()).isSameAs(before.state().routes());
    }

    private RemoteText read(String text) {
        return reader.remote("config+test://store", "key", text);
    }

    private List<String> faults(String text) {
        try {
            read(text);
            return List.of();
        } catch (ConfigurationException e) {
            return lines(e);
        }
    }

    private static List<String> lines(ConfigurationException e) {
        return e.faults().stream().map(Fault::toString).toList();
    }

    private static String document(SplittableRandom random) {
        var text = new StringBuilder("{").append(end(random));
        text.append("\"routes\": [{\"service\": \"s0\"},")
                .append(end(random))
                .append("{\"service\": \"s1\", \"host\": \"a\"}],");
        text.append(end(random))
                .append("\"defaults\": {\"service\": {\"attempts\": ")
                .append(random.nextInt(1, 4))
                .append("}},");
        text.append("\"services\":").append(end(random)).append('{');
        int services = random.nextInt(2, 6);
        for (int i = 0; i < services; i++) {
            text.append(i == 0 ? "" : ",")
                    .append(end(random))
                    .append("\"s")
                    .append(i)
                    .append("\":")
                    .append(end(random));
            text.append('{')
                    .append(end(random))
                    .append(SETTINGS[random.nextInt(6)])
                    .append(end(random))
                    .append('}');
        }
        return text.append('}')
                .append(end(random))
                .append('}')
                .append(end(random))
                .toString();
    }

    private static String end(SplittableRandom random) {
        return ENDS[random.nextInt(ENDS.length)];
    }

    /** Mostly within the settings of one service; at times anywhere, with anything. */
    private static String edited(String text, SplittableRandom random) {
        var next = new StringBuilder(text);
        for (int i = random.nextInt(3) == 0 ? 2 : 1; i > 0; i--) {
            int at = random.nextInt(next.length());
            switch (random.nextInt(6)) {
                case 0 -> next.deleteCharAt(at);
                case 1 -> next.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
                case 2 -> next.insert(at, next.substring(at, Math.min(next.length(), at + random.nextInt(1, 30))));
                case 3 -> replaced(next, "endpoints\": [", "\"n:" + random.nextInt(1, 70_000) + "\",", at);
                default -> replaced(next, "\"endpoints\"", SETTINGS[random.nextInt(SETTINGS.length)] + ",", at);
            }
        }
        return next.toString();
    }

    /** Puts something in behind or before the next of its like; where the same comes twice so, the former goes. */
    private static void replaced(StringBuilder text, String beside, String put, int from) {
        int at = text.indexOf(beside, from);
        if (at < 0) {
            return;
        }
        int place = beside.endsWith("[") ? at + beside.length() : at;
        int end = text.indexOf("}", place);
        if (beside.endsWith("[") || end < 0) {
            text.insert(place, put);
        } else {
            text.replace(place, end, put.substring(0, put.length() - 1));
        }
    }
}
