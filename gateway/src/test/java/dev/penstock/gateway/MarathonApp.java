package dev.penstock.gateway;

import dev.penstock.discovery.marathon.FakeMarathon;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An app of Marathon with one port definition: as docs/docs/ports.md of Marathon 1.4 has it, with tasks as
 * rest-api/public/api/v2/examples/tasks.json. Immutable.
 *
 * @param labels by what stands after {@code com.meltwater.proxymatic.port.0.}
 */
record MarathonApp(String id, int servicePort, Map<String, String> labels) {
    private static final String LABEL = "com.meltwater.proxymatic.port.0.";

    /** It has tasks at these ports from now on, and those who follow events are told. */
    void deploy(FakeMarathon marathon, int... tasks) {
        String said = labels.entrySet().stream()
                .map(label -> "\"" + LABEL + label.getKey() + "\": \"" + label.getValue() + "\"")
                .collect(Collectors.joining(","));
        marathon.deploy(
                "{\"id\": \"" + id + "\", \"version\": \"2014-09-12T23:28:21.737Z\", \"labels\": {" + said
                        + "}, \"portDefinitions\": [{\"port\": " + servicePort + ", \"protocol\": \"tcp\"}]}",
                Arrays.stream(tasks)
                        .mapToObj(port -> "{\"id\": \"" + id + "." + port + "\", \"appId\": \"" + id
                                + "\", \"host\": \"127.0.0.1\", \"state\": \"TASK_RUNNING\", \"ports\": [" + port
                                + "], \"servicePorts\": [" + servicePort + "]}")
                        .toArray(String[]::new));
    }
}
