package dev.penstock.discovery.etcd;

import dev.penstock.testkit.DiscoveryContract;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;

/** By the API v3, the source keeps the contract of every source. */
@Isolated // it counts the threads of the process
@Execution(ExecutionMode.SAME_THREAD)
class ApiV3ContractTest extends DiscoveryContract {
    @Override
    protected Subject open() {
        return EtcdSubject.of("v3");
    }
}
