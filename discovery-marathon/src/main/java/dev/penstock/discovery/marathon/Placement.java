package dev.penstock.discovery.marathon;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import dev.penstock.endpoint.Zone;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a task serves the ports of its app, and whether it may be used. Stateless. */
final class Placement {
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private Placement() {}

    /**
     * The ports that a task serves.
     *
     * @param problems takes one sentence for each that it should and does not
     */
    static List<Served> of(Snapshot.Placed placed, List<Claim> claims, List<String> problems) {
        Task task = placed.task();
        Phase phase = phase(placed);
        if (phase == null) {
            return List.of();
        }
        List<Served> served = new ArrayList<>();
        for (Claim claim : claims) {
            try {
                Endpoint endpoint = endpoint(task, claim.app(), claim.port(), phase)
                        .withWeight(claim.labels().weight())
                        .withMetadata(metadata(task, claim.port(), claim.servicePort()));
                served.add(new Served(claim.app().id(), claim.port(), claim.servicePort(), claim.own(), endpoint));
            } catch (IllegalArgumentException e) {
                problems.add("task " + task.id() + ": port " + claim.port().index() + ": " + e.getMessage());
            }
        }
        return served;
    }

    /**
     * The service ports of a task, whether or not it serves them.
     *
     * @param labels of each of the ports that are to be looked at
     */
    static List<Claim> claims(Task task, App app, List<PortLabels> labels) {
        List<Claim> claims = new ArrayList<>();
        for (int index = 0; index < labels.size(); index++) {
            Port port = app.port(index);
            int said = index < task.servicePorts().size() ? task.servicePorts().get(index) : port.servicePort();
            PortLabels own = labels.get(index);
            int servicePort = own.servicePort() == 0 ? said : own.servicePort();
            boolean same = servicePort != 0 && hostPort(task, app, port) == servicePort;
            claims.add(new Claim(app, port, own, servicePort, same));
        }
        return claims;
    }

    /** How many ports there are to be looked at. */
    static int ports(Task task, App app) {
        return Math.max(
                app.ports().size(),
                Math.max(
                        task.servicePorts().size(),
                        app.ports().isEmpty() ? task.ports().size() : 0));
    }

    private static Endpoint endpoint(Task task, App app, Port port, Phase phase) {
        int hostPort = hostPort(task, app, port);
        boolean own = hostPort == 0
                && !port.onHost()
                && port.containerPort() > 0
                && !task.addresses().isEmpty();
        boolean alone = hostPort == 0
                && task.ports().isEmpty()
                && port.containerPort() > 0
                && !task.addresses().isEmpty();
        if (hostPort == 0 && !own && !alone) {
            throw new IllegalArgumentException("no host port, and no address of its own (expected: one of them)");
        }
        String host = hostPort > 0 ? task.host() : task.addresses().get(address(task, app));
        return Endpoint.of(host, hostPort > 0 ? hostPort : port.containerPort())
                .withPhase(phase)
                .withZone(task.zone().isEmpty() ? Zone.UNKNOWN : new Zone(task.zone()));
    }

    /** That of the same index; where some ports have none, that of the same place among those which have. */
    private static int hostPort(Task task, App app, Port port) {
        int index = port.index();
        boolean all = app.ports().stream().allMatch(Port::onHost);
        if (!all) {
            if (!port.onHost()) {
                return 0;
            }
            index = (int) app.ports().stream()
                    .filter(other -> other.onHost() && other.index() < port.index())
                    .count();
        }
        return index < task.ports().size() ? task.ports().get(index) : 0;
    }

    /** Which of several addresses: that which a label of Traefik says, or the first. */
    private static int address(Task task, App app) {
        String said = app.labels().entrySet().stream()
                .filter(label -> label.getKey().equalsIgnoreCase("traefik.marathon.ipaddressidx")
                        || label.getKey().equalsIgnoreCase("traefik.marathon.ipadressidx"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("0");
        int index = said.matches("[0-9]{1,3}") ? Integer.parseInt(said) : 0;
        return index < task.addresses().size() ? index : 0;
    }

    /** Null for one that does not count. */
    static @Nullable Phase phase(Snapshot.Placed placed) {
        Task task = placed.task();
        if (task.state().equals(Task.KILLING)) {
            return Phase.DRAINING;
        }
        if (!task.state().equals(Task.RUNNING) || task.alive().contains(false)) {
            return null;
        }
        boolean unchecked = placed.app().checked() && task.alive().isEmpty() && !placed.proven();
        return unchecked || !isReady(placed) ? Phase.STARTING : Phase.ACTIVE;
    }

    /** Readiness counts while the version is being deployed; without a result, what it was before. */
    private static boolean isReady(Snapshot.Placed placed) {
        Task task = placed.task();
        App app = placed.app();
        if (!app.awaited()) {
            return true;
        }
        Boolean same = app.ready().get(task.id());
        if (same != null) {
            return same;
        }
        String instance = uuid(task.id()); // from 1.4 on results name the instance, which shares it with the task
        return app.ready().entrySet().stream()
                .filter(result -> !instance.isEmpty() && uuid(result.getKey()).equals(instance))
                .map(Map.Entry::getValue)
                .reduce(Boolean::logicalAnd)
                .orElse(placed.proven());
    }

    private static String uuid(String id) {
        Matcher matcher = UUID.matcher(id);
        return matcher.find() ? matcher.group() : "";
    }

    private static Map<String, String> metadata(Task task, Port port, int servicePort) {
        Map<String, String> metadata = new HashMap<>();
        metadata.put("marathon.app", task.app());
        metadata.put("marathon.task", task.id());
        metadata.put("marathon.port", Integer.toString(port.index()));
        put(metadata, "marathon.version", task.version());
        put(metadata, "marathon.portName", port.name());
        put(metadata, "marathon.servicePort", servicePort == 0 ? "" : Integer.toString(servicePort));
        return metadata;
    }

    private static void put(Map<String, String> metadata, String key, String value) {
        if (!value.isEmpty()) {
            metadata.put(key, value);
        }
    }
}
