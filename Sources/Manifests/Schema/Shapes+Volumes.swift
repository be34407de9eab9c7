extension Shapes {
    static let volumes: [ShapeName: Shape] = [
        .volume: [
            "name": .string,
            "awsElasticBlockStore": .object(.cloudDiskVolume), "azureDisk": .object(.azureDiskVolume),
            "azureFile": .object(.azureFileVolume), "cephfs": .object(.cephfsVolume),
            "cinder": .object(.cinderVolume), "configMap": .object(.configMapVolume), "csi": .object(.csiVolume),
            "downwardAPI": .object(.downwardAPIVolume), "emptyDir": .object(.emptyDirVolume),
            "ephemeral": .object(.ephemeralVolume), "fc": .object(.fcVolume), "flexVolume": .object(.flexVolume),
            "flocker": .object(.flockerVolume), "gcePersistentDisk": .object(.gceDiskVolume),
            "gitRepo": .object(.gitRepoVolume), "glusterfs": .object(.glusterfsVolume),
            "hostPath": .object(.hostPathVolume), "image": .object(.imageVolume), "iscsi": .object(.iscsiVolume),
            "nfs": .object(.nfsVolume), "persistentVolumeClaim": .object(.claimVolume),
            "photonPersistentDisk": .object(.photonVolume), "portworxVolume": .object(.portworxVolume),
            "projected": .object(.projectedVolume), "quobyte": .object(.quobyteVolume), "rbd": .object(.rbdVolume),
            "scaleIO": .object(.scaleIOVolume), "secret": .object(.secretVolume),
            "storageos": .object(.storageOSVolume), "vsphereVolume": .object(.vsphereVolume),
        ],
        .keyToPath: ["key": .string, "mode": .integer, "path": .string],
        .secretVolume: [
            "defaultMode": .integer, "items": .objects(.keyToPath), "optional": .boolean, "secretName": .string,
        ],
        .configMapVolume: [
            "defaultMode": .integer, "items": .objects(.keyToPath), "name": .string, "optional": .boolean,
        ],
        .emptyDirVolume: ["medium": .string, "sizeLimit": .quantity],
        .hostPathVolume: ["path": .string, "type": .string],
        .claimVolume: ["claimName": .string, "readOnly": .boolean],
        .csiVolume: [
            "driver": .string, "fsType": .string, "nodePublishSecretRef": .object(.localObjectReference),
            "readOnly": .boolean, "volumeAttributes": .labels,
        ],
        .downwardAPIVolume: ["defaultMode": .integer, "items": .objects(.downwardAPIFile)],
        .downwardAPIFile: [
            "fieldRef": .object(.objectFieldSelector), "mode": .integer, "path": .string,
            "resourceFieldRef": .object(.resourceFieldSelector),
        ],
        .projectedVolume: ["defaultMode": .integer, "sources": .objects(.volumeProjection)],
        .volumeProjection: [
            "clusterTrustBundle": .object(.clusterTrustBundleProjection), "configMap": .object(.configMapProjection),
            "downwardAPI": .object(.downwardAPIProjection), "podCertificate": .object(.podCertificateProjection),
            "secret": .object(.configMapProjection),
            "serviceAccountToken": .object(.serviceAccountTokenProjection),
        ],
        .configMapProjection: ["items": .objects(.keyToPath), "name": .string, "optional": .boolean],
        .downwardAPIProjection: ["items": .objects(.downwardAPIFile)],
        .serviceAccountTokenProjection: ["audience": .string, "expirationSeconds": .integer, "path": .string],
        .clusterTrustBundleProjection: [
            "labelSelector": .object(.labelSelector), "name": .string, "optional": .boolean, "path": .string,
            "signerName": .string,
        ],
        .podCertificateProjection: [
            "certificateChainPath": .string, "credentialBundlePath": .string, "keyPath": .string, "keyType": .string,
            "maxExpirationSeconds": .integer, "signerName": .string, "userAnnotations": .labels,
        ],
    ]

    static let claims: [ShapeName: Shape] = [
        .ephemeralVolume: ["volumeClaimTemplate": .object(.claimTemplate)],
        .claimTemplate: ["metadata": .object(.objectMeta), "spec": .object(.claimSpec)],
        .claim: [
            "apiVersion": .string, "kind": .string, "metadata": .object(.objectMeta), "spec": .object(.claimSpec),
            "status": .anything,
        ],
        .claimSpec: [
            "accessModes": .strings, "dataSource": .object(.typedReference), "dataSourceRef": .object(.typedReference),
            "resources": .object(.claimResources), "selector": .object(.labelSelector), "storageClassName": .string,
            "volumeAttributesClassName": .string, "volumeMode": .string, "volumeName": .string,
        ],
        .claimResources: ["limits": .map(.quantity), "requests": .map(.quantity)],
        .typedReference: ["apiGroup": .string, "kind": .string, "name": .string, "namespace": .string],
    ]

    /// Volumes that mean nothing on one machine; their fields are known all the same.
    static let networkVolumes: [ShapeName: Shape] = [
        .imageVolume: ["pullPolicy": .string, "reference": .string],
        .gitRepoVolume: ["directory": .string, "repository": .string, "revision": .string],
        .nfsVolume: ["path": .string, "readOnly": .boolean, "server": .string],
        .cloudDiskVolume: ["fsType": .string, "partition": .integer, "readOnly": .boolean, "volumeID": .string],
        .gceDiskVolume: ["fsType": .string, "partition": .integer, "pdName": .string, "readOnly": .boolean],
        .iscsiVolume: [
            "chapAuthDiscovery": .boolean, "chapAuthSession": .boolean, "fsType": .string, "initiatorName": .string,
            "iqn": .string, "iscsiInterface": .string, "lun": .integer, "portals": .strings, "readOnly": .boolean,
            "secretRef": .object(.localObjectReference), "targetPortal": .string,
        ],
        .glusterfsVolume: ["endpoints": .string, "path": .string, "readOnly": .boolean],
        .rbdVolume: [
            "fsType": .string, "image": .string, "keyring": .string, "monitors": .strings, "pool": .string,
            "readOnly": .boolean, "secretRef": .object(.localObjectReference), "user": .string,
        ],
        .flexVolume: [
            "driver": .string, "fsType": .string, "options": .labels, "readOnly": .boolean,
            "secretRef": .object(.localObjectReference),
        ],
        .cinderVolume: [
            "fsType": .string, "readOnly": .boolean, "secretRef": .object(.localObjectReference), "volumeID": .string,
        ],
        .cephfsVolume: [
            "monitors": .strings, "path": .string, "readOnly": .boolean, "secretFile": .string,
            "secretRef": .object(.localObjectReference), "user": .string,
        ],
        .flockerVolume: ["datasetName": .string, "datasetUUID": .string],
        .fcVolume: [
            "fsType": .string, "lun": .integer, "readOnly": .boolean, "targetWWNs": .strings, "wwids": .strings,
        ],
        .azureFileVolume: ["readOnly": .boolean, "secretName": .string, "shareName": .string],
        .azureDiskVolume: [
            "cachingMode": .string, "diskName": .string, "diskURI": .string, "fsType": .string, "kind": .string,
            "readOnly": .boolean,
        ],
        .vsphereVolume: [
            "fsType": .string, "storagePolicyID": .string, "storagePolicyName": .string, "volumePath": .string,
        ],
        .quobyteVolume: [
            "group": .string, "readOnly": .boolean, "registry": .string, "tenant": .string, "user": .string,
            "volume": .string,
        ],
        .photonVolume: ["fsType": .string, "pdID": .string],
        .portworxVolume: ["fsType": .string, "readOnly": .boolean, "volumeID": .string],
        .scaleIOVolume: [
            "fsType": .string, "gateway": .string, "protectionDomain": .string, "readOnly": .boolean,
            "secretRef": .object(.localObjectReference), "sslEnabled": .boolean, "storageMode": .string,
            "storagePool": .string, "system": .string, "volumeName": .string,
        ],
        .storageOSVolume: [
            "fsType": .string, "readOnly": .boolean, "secretRef": .object(.localObjectReference),
            "volumeName": .string, "volumeNamespace": .string,
        ],
    ]
}
