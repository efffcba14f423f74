package dev.penstock.discovery.zookeeper;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.testkit.DiscoveryContract;
import dev.penstock.testkit.SourceSubject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;

/** With a real server, the source keeps the contract of every source. */
@Isolated // it counts the threads of the process
@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith(SharedZooKeeper.class)
class ZooKeeperContractTest extends DiscoveryContract {
    private final ZooKeeperServer server;

    ZooKeeperContractTest(ZooKeeperServer server) {
        this.server = server;
    }

    @Override
    protected Subject open() {
        return new RealSubject(server, UUID.randomUUID() + " out of order");
    }

    /** A folder that fails has an ACL that lets nobody read; its name says what the contract wants to hear. */
    private static final class RealSubject extends SourceSubject {
        private final ZooKeeperServer.Client client;
        private final String folder;

        private RealSubject(ZooKeeperServer server, String base) {
            super(
                    new ZooKeeperFactory(Map.of()),
                    "zk://" + server.address() + "/" + base.replace(" ", "%20")
                            + "/orders?wait=1s"); // nobody is told of an ACL
            client = server.client();
            client.zookeeper().addAuthInfo("digest", "admin:secret".getBytes(StandardCharsets.UTF_8));
            folder = "/" + base + "/orders";
        }

        @Override
        protected void put(List<Endpoint> endpoints, boolean odd) {
            Map<String, String> values = new TreeMap<>();
            for (Endpoint endpoint : endpoints) {
                values.put(endpoint.address(), value(endpoint));
            }
            if (odd) {
                values.put("odd", "no JSON");
            }
            client.replace(folder, values);
            permit(ZooKeeperServer.ANYBODY);
        }

        private static String value(Endpoint endpoint) {
            return String.format(
                    Locale.ROOT,
                    "{\"Name\":\"orders\",\"IP\":\"%s\",\"PublicPort\":%d,\"PrivatePort\":80,\"Attrs\":{\"weight\":\"%d\"}}",
                    endpoint.host(),
                    endpoint.port(),
                    endpoint.weight());
        }

        @Override
        public void fail(String problem) {
            client.folders(folder);
            permit(Arrays.asList(new ACL(ZooDefs.Perms.ALL, new Id("digest", "admin:fvr2cB/fjGeAiX8g1aGhUm3ZICk="))));
        }

        private void permit(List<ACL> acl) {
            try {
                client.zookeeper().setACL(folder, acl, -1);
            } catch (KeeperException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected void end() {
            client.close();
        }
    }
}
