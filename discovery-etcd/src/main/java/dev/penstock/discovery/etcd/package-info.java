/**
 * Endpoints, service ports and texts from etcd: {@link dev.penstock.discovery.etcd.EtcdFactory} reads one service of the
 * layout that registrator keeps, {@link dev.penstock.discovery.etcd.EtcdCatalogFactory} all of them,
 * {@link dev.penstock.discovery.etcd.EtcdKeys} any key.
 */
@NullMarked
package dev.penstock.discovery.etcd;

import org.jspecify.annotations.NullMarked;
