/** Reads and checks configuration: YAML or JSON to definitions. */
module dev.penstock.config {
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.dataformat.yaml;
    requires transitive dev.penstock.core;
    requires static transitive org.jspecify;
    requires org.yaml.snakeyaml;

    exports dev.penstock.config;
}
