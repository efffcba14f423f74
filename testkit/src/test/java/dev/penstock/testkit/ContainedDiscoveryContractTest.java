package dev.penstock.testkit;

import dev.penstock.discovery.ContainedDiscovery;

class ContainedDiscoveryContractTest extends DiscoveryContract {
    @Override
    protected Subject open() {
        return new ManualSubject(
                (manual, context) -> new ContainedDiscovery("manual", () -> manual, context, event -> {}));
    }
}
