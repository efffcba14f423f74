package dev.penstock.discovery.marathon;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.testkit.DiscoveryContract;
import dev.penstock.testkit.SourceSubject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;

/** The source keeps the contract of every source. */
@Isolated // it counts the threads of the process
@Execution(ExecutionMode.SAME_THREAD)
class MarathonContractTest extends DiscoveryContract {
    @Override
    protected Subject open() {
        return new MarathonSubject(FakeMarathon.start());
    }

    /** Each endpoint is an app of its own, since weights are theirs; all have one service port. */
    private static final class MarathonSubject extends SourceSubject {
        private final FakeMarathon marathon;

        private MarathonSubject(FakeMarathon marathon) {
            super(new MarathonFactory(Map.of()), "marathon://" + marathon.address() + "?servicePort=1234");
            this.marathon = marathon;
        }

        @Override
        protected void put(List<Endpoint> endpoints, boolean odd) {
            List<String> apps = new ArrayList<>();
            for (Endpoint endpoint : endpoints) {
                String id = "/app-" + endpoint.port();
                String app = Shapes.withLabels(
                        Shapes.host08(id, 1234),
                        Map.of("com.meltwater.proxymatic.port.0.weight", "" + endpoint.weight()));
                String task = Shapes.with(
                        Shapes.task("t-" + endpoint.port(), id, List.of(endpoint.port()), List.of(1234)),
                        "host",
                        "\"" + endpoint.host() + "\"");
                apps.add(Shapes.with(
                        app, "tasks", "[" + task + (odd ? ", {\"id\": \"odd\", \"ports\": null}" : "") + "]"));
                odd = false;
            }
            marathon.replace(apps);
        }

        @Override
        public void fail(String problem) {
            marathon.fail(problem);
        }

        @Override
        protected void end() {
            marathon.close();
        }
    }
}
