package dev.penstock.testkit;

class ManualDiscoveryTest extends DiscoveryContract {
    @Override
    protected Subject open() {
        return new ManualSubject((manual, context) -> manual);
    }
}
