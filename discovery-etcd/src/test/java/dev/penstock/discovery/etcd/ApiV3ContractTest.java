package dev.penstock.discovery.etcd;

import dev.penstock.testkit.DiscoveryContract;

/** By the API v3, the source keeps the contract of every source. */
class ApiV3ContractTest extends DiscoveryContract {
    @Override
    protected Subject open() {
        return new EtcdSubject("v3");
    }
}
