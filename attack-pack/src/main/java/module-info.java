/** Black-box attacks on any HTTP/1.1 proxy. */
module dev.penstock.attack {
    requires static transitive org.jspecify;

    exports dev.penstock.attack;
}
