package dev.penstock.discovery.dns;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.discovery.dns.Records.srv;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.testkit.DiscoveryContract;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.parallel.Isolated;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

@Isolated // it counts the threads of the process
class DnsDiscoveryContractTest extends DiscoveryContract {
    private static final String SERVICE = "_http._tcp.web.lb.test";

    @Override
    protected Subject open() {
        return new DnsSubject();
    }

    /** Endpoints as SRV records, since those have ports and weights of their own. */
    private static final class DnsSubject implements Subject {
        private final FakeDns server = new FakeDns();
        private final ControlThreads threads = ControlThreads.create();
        private final DnsDiscoveryFactory factory = new DnsDiscoveryFactory();
        private final URI uri = URI.create("dns://" + server.address() + "/" + SERVICE);
        private final Discovery discovery =
                factory.open(factory.shared(uri), new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
        private volatile boolean malformed;

        @Override
        public Discovery discovery() {
            return discovery;
        }

        @Override
        public ServiceQuery query() {
            return factory.query(ServiceName.of("web"), uri);
        }

        @Override
        public void serve(List<Endpoint> endpoints) {
            server.script((question, tcp) -> {
                Message answer = FakeDns.none(question, endpoints.isEmpty() ? Rcode.NXDOMAIN : Rcode.NOERROR);
                for (Endpoint endpoint : endpoints) {
                    String target = "h" + endpoint.host().replace('.', '-') + ".lb.test";
                    answer.addRecord(
                            srv(SERVICE, 1, endpoint.priority(), endpoint.weight(), endpoint.port(), target),
                            Section.ANSWER);
                    answer.addRecord(a(target, 1, endpoint.host()), Section.ADDITIONAL);
                }
                if (malformed) {
                    answer.addRecord(srv(SERVICE, 1, 0, 1, 0, "portless.lb.test"), Section.ANSWER);
                }
                return answer;
            });
        }

        @Override
        public void fail(String problem) {
            server.script((question, tcp) -> {
                Message answer = FakeDns.empty(question, Rcode.SERVFAIL);
                answer.addRecord(
                        new OPTRecord(1232, 0, 0, 0, new ExtendedErrorCodeOption(0, problem)), Section.ADDITIONAL);
                return answer;
            });
        }

        @Override
        public boolean addMalformed() {
            malformed = true;
            return true;
        }

        @Override
        public void close() {
            discovery.close();
            threads.close();
            server.close();
        }
    }
}
