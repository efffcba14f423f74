package dev.penstock.discovery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Services and tasks of a made-up manager; addresses as engine 20.10 shows them. */
class SwarmTest {
    private static final String NODES = """
            [{"ID":"n1","Description":{"Hostname":"node1"},"Status":{"State":"ready","Addr":"10.250.0.1"}},
             {"ID":"n2","Description":{"Hostname":"node2"},"Status":{"State":"ready","Addr":"0.0.0.0"},
              "ManagerStatus":{"Addr":"10.250.0.2:2377"}},
             {"ID":"n3","Description":{"Hostname":"node3"},"Status":{"State":"ready","Addr":"10.250.0.3"}}]
            """;

    private final FakeDocker docker = new FakeDocker();

    @AfterEach
    void close() {
        docker.close();
    }

    private Watched open(String options) {
        return Watched.open("docker://" + docker.address() + "?" + options);
    }

    private static String service(String labels, String env, String endpoint) {
        return """
                [{"ID":"s1","Spec":{"Name":"web","Labels":{LABELS},
                  "TaskTemplate":{"ContainerSpec":{"Env":[ENV]}}},"Endpoint":{ENDPOINT}}]
                """.replace("LABELS", labels).replace("ENV", env).replace("ENDPOINT", endpoint);
    }

    private static String task(int number, String node, String desired, String state, String more) {
        return """
                {"ID":"tNUMBER","ServiceID":"s1","NodeID":"NODE","DesiredState":"DESIRED",
                 "Status":{"State":"STATE"MORE},
                 "NetworksAttachments":[
                  {"Network":{"ID":"i","Spec":{"Name":"ingress","Ingress":true}},"Addresses":["10.0.0.NUMBER/24"]},
                  {"Network":{"ID":"b","Spec":{"Name":"back"}},"Addresses":["10.0.1.NUMBER/24"]}]}
                """.replace("NUMBER", String.valueOf(number))
                .replace("NODE", node)
                .replace("DESIRED", desired)
                .replace("STATE", state)
                .replace("MORE", more);
    }

    private static String running(String... nodes) {
        List<String> tasks = new ArrayList<>();
        for (int i = 0; i < nodes.length; i++) {
            tasks.add(task(i + 1, nodes[i], "running", "running", ""));
        }
        return tasks.toString();
    }

    private static final String INGRESS =
            "\"Ports\":[{\"Protocol\":\"tcp\",\"TargetPort\":80,\"PublishedPort\":30000,\"PublishMode\":\"ingress\"}]";

    @Test
    void D18_serviceByVariable_leadsToTheNodesOfItsRunningTasks() {
        docker.swarm(service("", "\"DOMAIN=a.test\"", INGRESS), running("n1", "n2"), NODES);
        try (Watched watched = open("swarmPoll=100ms")) {
            watched.await("a.test 10.250.0.1:30000, 10.250.0.2:30000");
            docker.answer("/tasks", running("n1", "n2", "n3"));
            watched.await("a.test 10.250.0.1:30000, 10.250.0.2:30000, 10.250.0.3:30000");
            docker.answer("/tasks", running("n3"));
            watched.await("a.test 10.250.0.3:30000");
        }
    }

    @Test
    void D18_serviceByLabel_isLikeOneByVariable() {
        docker.swarm(service("\"DOMAIN\":\"a.test\"", "", INGRESS), running("n1"), NODES);
        try (Watched watched = open("swarmPoll=100ms")) {
            watched.await("a.test 10.250.0.1:30000");
        }
    }

    @Test
    void D18_tasks_countOnlyIfTheyRunAndShall() {
        docker.swarm(
                service("\"penstock.host\":\"a.test\",\"penstock.port\":\"80\"", "", ""),
                List.of(
                                task(1, "n1", "running", "running", ""),
                                task(2, "n1", "running", "starting", ""),
                                task(3, "n1", "shutdown", "failed", ""),
                                task(4, "n1", "remove", "running", ""),
                                task(5, "n1", "shutdown", "running", ""))
                        .toString(),
                NODES);
        try (Watched watched = open("swarmPoll=100ms")) {
            watched.await("web 10.0.1.1:80, 10.0.1.5:80 DRAINING");
        }
    }

    @Test
    void D18_portsInHostMode_areThoseOfTheTask() {
        String ports = ",\"PortStatus\":{\"Ports\":["
                + "{\"Protocol\":\"tcp\",\"TargetPort\":80,\"PublishedPort\":32769,\"PublishMode\":\"host\"},"
                + "{\"Protocol\":\"tcp\",\"TargetPort\":80,\"PublishedPort\":32768,\"PublishMode\":\"host\"}]}";
        docker.swarm(
                service(
                        "",
                        "\"DOMAIN=a.test\"",
                        "\"Ports\":[{\"Protocol\":\"tcp\",\"TargetPort\":80,\"PublishMode\":\"host\"}]"),
                "[" + task(1, "n1", "running", "running", ports) + "]",
                NODES);
        try (Watched watched = open("swarmPoll=100ms")) {
            watched.await("a.test 10.250.0.1:32769");
        }
    }

    @Test
    void D18_virtualAddress_isOneEndpoint() {
        docker.swarm(
                service(
                        "\"traefik.http.routers.w.rule\":\"Host(`a.test`)\",\"traefik.swarm.lbswarm\":\"true\","
                                + "\"traefik.http.services.w.loadbalancer.server.port\":\"8080\"",
                        "",
                        "\"VirtualIPs\":[{\"NetworkID\":\"i\",\"Addr\":\"10.0.0.200/24\"},"
                                + "{\"NetworkID\":\"b\",\"Addr\":\"10.0.1.200/24\"}]"),
                running("n1", "n2"),
                NODES);
        try (Watched watched = open("swarmPoll=100ms")) {
            watched.await("w 10.0.1.200:8080");
        }
    }

    @Test
    void D18_containersOfTasks_areNotReadTwice() {
        docker.start(
                FakeContainer.named("web.1.t1")
                        .env("DOMAIN=a.test")
                        .label("com.docker.swarm.service.id", "s1")
                        .published("0.0.0.0", 30_001, 80, "tcp"),
                FakeContainer.named("plain").env("DOMAIN=b.test").published(32_001, 80));
        docker.swarm(service("", "\"DOMAIN=a.test\"", INGRESS), running("n1"), NODES);
        try (Watched watched = open("swarmPoll=100ms")) {
            watched.await("a.test 10.250.0.1:30000", "b.test 127.0.0.1:32001");
        }
    }

    @Test
    void D18_managerThatLostItsLeader_keepsWhatIsKnown() {
        docker.swarm(service("", "\"DOMAIN=a.test\"", INGRESS), running("n1"), NODES);
        try (Watched watched = open("swarmPoll=100ms")) {
            watched.await("a.test 10.250.0.1:30000");
            docker.status("/services", 503);
            dev.penstock.testkit.Eventually.eventually(
                    Watched.SOON,
                    () -> assertThat(watched.catalog().report().problem()).contains("GET /services: 503"));
            watched.await("a.test 10.250.0.1:30000");
        }
    }

    @Test
    void swarm_whichAProxyForbids_isReportedAndContainersWork() {
        docker.start(FakeContainer.named("plain").env("DOMAIN=b.test").published(32_001, 80));
        docker.status("/info", 403);
        try (Watched watched = open("poll=1s")) {
            watched.await("b.test 127.0.0.1:32001");
            assertThat(watched.catalog().report().skipped())
                    .containsExactly("swarm: GET /info: 403 status 403 (expected: allowed; until then only containers"
                            + " are read)");
        }
    }
}
