package dev.penstock.testkit;

class PolledDiscoveryContractTest extends DiscoveryContract {
    @Override
    protected Subject open() {
        return new PolledSubject();
    }
}
