/**
 * Endpoints and texts from etcd: {@link dev.penstock.discovery.etcd.EtcdFactory} reads the layout that registrator keeps,
 * {@link dev.penstock.discovery.etcd.EtcdKeys} any key.
 */
@NullMarked
package dev.penstock.discovery.etcd;

import org.jspecify.annotations.NullMarked;
