/** Service-aware load balancing without a proxy: discovery, balancing, routing. */
@SuppressWarnings("module") // those that a package is for are built after this one
module dev.penstock.core {
    requires org.slf4j;
    requires transitive java.net.http;
    requires static transitive org.jspecify;

    exports dev.penstock;
    exports dev.penstock.balancer;
    exports dev.penstock.catalog;
    exports dev.penstock.discovery;
    exports dev.penstock.discovery.http to
            dev.penstock.discovery.consul,
            dev.penstock.discovery.etcd,
            dev.penstock.discovery.marathon,
            dev.penstock.discovery.zookeeper,
            dev.penstock.runtime;
    exports dev.penstock.endpoint;
    exports dev.penstock.health;
    exports dev.penstock.label;
    exports dev.penstock.limit;
    exports dev.penstock.load;
    exports dev.penstock.middleware;
    exports dev.penstock.observe;
    exports dev.penstock.outlier;
    exports dev.penstock.request;
    exports dev.penstock.resolve;
    exports dev.penstock.retry;
    exports dev.penstock.route;
    exports dev.penstock.service;
    exports dev.penstock.shadow;
    exports dev.penstock.text;
    exports dev.penstock.time;
    exports dev.penstock.tls;

    uses dev.penstock.discovery.DiscoveryFactory;
    uses dev.penstock.balancer.BalancerFactory;
    uses dev.penstock.catalog.CatalogFactory;
    uses dev.penstock.middleware.Bcrypt;
}
