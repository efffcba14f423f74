package dev.penstock.admin;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.load.Outcome;
import dev.penstock.request.PlainRequest;
import dev.penstock.service.Lease;
import dev.penstock.service.Service;
import dev.penstock.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventStreamsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final Penstock penstock = Penstock.builder().build();
    private final EventStreams streams = new EventStreams(
            new EventFeed(
                    penstock,
                    () -> Status.OK,
                    () -> new ProgramFacts("1", "nio", "jdk", BufferFacts.NONE, FileFacts.NONE, Map.of()),
                    time),
            time);

    @AfterEach
    void close() {
        penstock.close();
    }

    private void define(String... names) {
        define(name -> ServiceSpec.of(name, "127.0.0.1:9001"), names);
    }

    private void define(Function<String, ServiceSpec> made, String... names) {
        penstock.apply(new CatalogState(
                "code", List.of(), List.of(), List.of(names).stream().map(made).toList()));
        penstock.table()
                .services()
                .forEach(service -> service.settled().toCompletableFuture().join());
    }

    private AdminStream open() {
        return requireNonNull(streams.open(AdminRequest.get("/v1/events")).stream());
    }

    private void request(String name) {
        Service service = penstock.table().services().stream()
                .filter(one -> one.spec().name().value().equals(name))
                .findFirst()
                .orElseThrow();
        ((Lease) service.acquire(PlainRequest.get("/"))).complete(Outcome.SUCCESS);
    }

    /** The data of an event of a name. */
    private static JsonNode data(String name, @Nullable String told) throws Exception {
        String event = requireNonNull(told);
        assertThat(event).startsWith("event: " + name + "\ndata: ").endsWith("\n\n");
        String line = event.substring(event.indexOf("data: ") + 6, event.length() - 2);
        assertThat(line).doesNotContain("\n");
        return new ObjectMapper().readTree(line);
    }

    private static List<String> names(JsonNode state) {
        List<String> names = new ArrayList<>();
        state.path("services").forEach(service -> names.add(service.path("name").asText()));
        return names;
    }

    @Test
    void S03_firstState_holdsAll_andTheNextOnlyWhatChanged() throws Exception {
        define("a", "b");
        AdminStream stream = open();

        data("configuration", stream.next());
        JsonNode first = data("state", stream.next());
        assertThat(names(first)).containsExactly("a", "b");
        assertThat(first.path("names")).hasSize(2);
        assertThat(first.at("/program/status").asText()).isEqualTo("OK");
        assertThat(first.at("/services/0/endpoints/0/address").asText()).isEqualTo("127.0.0.1:9001");
        assertThat(stream.next()).isEmpty();

        request("b");
        assertThat(stream.next()).as("within the same second").isEmpty();
        time.advance(SECOND);
        JsonNode second = data("state", stream.next());
        assertThat(names(second)).containsExactly("b");
        assertThat(second.at("/services/0/endpoints/0/started").asInt()).isEqualTo(1);
        assertThat(second.has("names")).isFalse();
        assertThat(second.has("program")).isFalse();
    }

    @Test
    void S03_servicesOfManyEndpoints_comeInSeveralEvents() throws Exception {
        List<String> endpoints =
                IntStream.range(0, 300).mapToObj(i -> "127.0.0.1:" + (9001 + i)).toList();
        define(name -> ServiceSpec.of(name, endpoints.toArray(String[]::new)), "a", "b", "c", "d");
        AdminStream stream = open();
        stream.next();

        List<String> told = new ArrayList<>();
        JsonNode state;
        int events = 0;
        do {
            String event = requireNonNull(stream.next());
            assertThat(event.length()).isLessThan(2 * EventFeed.MOST_TEXT);
            state = data("state", event);
            told.addAll(names(state));
            events++;
        } while (state.path("more").asBoolean());
        assertThat(told).containsExactly("a", "b", "c", "d");
        assertThat(events).isBetween(2, 4);
    }

    @Test
    void S03_withoutNews_aStateIsToldWithinFiveSeconds() throws Exception {
        define("a");
        AdminStream stream = open();
        stream.next();
        stream.next();

        time.advance(SECOND.multipliedBy(3));
        assertThat(stream.next()).isEmpty();
        time.advance(SECOND);
        assertThat(names(data("state", stream.next()))).isEmpty();
        assertThat(stream.next()).isEmpty();
    }

    @Test
    void S03_readerWhoComesLate_isToldTheNewestOnce() throws Exception {
        define("a");
        AdminStream stream = open();
        stream.next();
        stream.next();

        for (int i = 0; i < 5; i++) {
            request("a");
            time.advance(SECOND);
        }
        JsonNode state = data("state", stream.next());
        assertThat(state.at("/services/0/endpoints/0/started").asInt()).isEqualTo(5);
        assertThat(stream.next()).isEmpty();
    }

    @Test
    void S03_changedDefinitions_areAnEvent_andNamesThatAreGoneAreLeftOut() throws Exception {
        define("a", "b");
        AdminStream stream = open();
        long before = data("configuration", stream.next()).path("version").asLong();
        stream.next();

        define("b");
        time.advance(SECOND);
        assertThat(data("configuration", stream.next()).path("version").asLong())
                .isGreaterThan(before);
        JsonNode state = data("state", stream.next());
        assertThat(state.path("names")).hasSize(1);
        assertThat(state.at("/names/0").asText()).isEqualTo("b");
    }

    @Test
    void S03_manyServices_comeInSeveralEvents_eachOnce() throws Exception {
        int count = 2 * EventFeed.MOST_AT_ONCE + 1;
        define(IntStream.range(0, count).mapToObj(i -> "s" + i).toArray(String[]::new));
        AdminStream stream = open();
        stream.next();

        List<String> told = new ArrayList<>();
        for (boolean more = true; more; ) {
            JsonNode state = data("state", stream.next());
            assertThat(state.path("services").size()).isBetween(1, EventFeed.MOST_AT_ONCE);
            told.addAll(names(state));
            more = state.path("more").asBoolean();
        }
        assertThat(told).hasSize(count).doesNotHaveDuplicates();
        assertThat(stream.next()).isEmpty();
    }

    @Test
    void S03_streamsBeyondTheMost_are503_untilOneIsClosed() {
        List<AdminStream> open = new ArrayList<>();
        for (int i = 0; i < EventStreams.MOST; i++) {
            open.add(open());
        }
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        ApiProblem.class,
                        problem -> assertThat(problem.status()).isEqualTo(503));

        open.get(0).close();
        open.get(0).close(); // counts once
        open();
        assertThatThrownBy(this::open).isInstanceOf(ApiProblem.class);
    }

    @Test
    void S03_streamEnds_afterTenMinutes_soThatNobodyKeepsAPlaceForEver() {
        define("a");
        AdminStream stream = open();
        time.advance(Duration.ofSeconds(EventStreams.LONGEST_SECONDS).minus(SECOND));
        assertThat(stream.next()).startsWith("event: configuration\n");

        time.advance(SECOND);
        assertThat(stream.next()).isNull();
        assertThat(open().next()).startsWith("event: configuration\n");
    }

    @Test
    void head_opensNoStream() {
        for (int i = 0; i <= EventStreams.MOST; i++) {
            AdminResponse head = streams.open(new AdminRequest("HEAD", "/v1/events"));
            assertThat(head.stream()).isNull();
            assertThat(head.headers()).containsEntry("Content-Type", "text/event-stream; charset=utf-8");
        }
        open();
    }

    @Test
    void events_areNoOtherThanGet_andTakeNoQuery() {
        try (var api = new NativeCalls()) {
            AdminResponse answer = api.call("GET", "/v1/events", "");
            assertThat(answer.status()).isEqualTo(200);
            requireNonNull(answer.stream()).close();
            assertThat(api.call("POST", "/v1/events", "{}").headers()).containsEntry("Allow", "GET, HEAD");
            assertThat(api.call("GET", "/v1/events?a=b", "").status()).isEqualTo(400);
            assertThat(api.call("GET", "/v1/events", "", "origin", "http://other.test")
                            .status())
                    .isEqualTo(403);
        }
    }
}
