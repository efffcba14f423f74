/** Fakes, manual time, and the contracts that a Discovery and a Balancer of a third party must keep. */
module dev.penstock.testkit {
    requires transitive dev.penstock.attack;
    requires transitive dev.penstock.core;
    requires org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires static transitive org.jspecify;

    exports dev.penstock.testkit;
}
