/// The kinds of object that documents are made of, by Tekton's and Kubernetes' own names.
enum ShapeName: String, Sendable, CaseIterable {
    // Documents.
    case task, pipeline, pipelineRun, taskRun, stepAction, customRun

    // Metadata.
    case objectMeta, ownerReference, taskMetadata, labelSelector, labelSelectorRequirement

    // Tasks.
    case taskSpec, embeddedTask, paramSpec, propertySpec, taskResult, stepResult, workspaceDeclaration
    case step, stepTemplate, sidecar, stepRef, outputConfig, workspaceUsage, stepActionSpec, param

    // Pipelines.
    case pipelineSpec, pipelineTask, pipelineResult, pipelineWorkspaceDeclaration, taskRef, pipelineRef
    case matrix, matrixInclude, whenExpression, workspacePipelineTaskBinding

    // Runs.
    case pipelineRunSpec, timeoutFields, pipelineTaskRunTemplate, pipelineTaskRunSpec, taskRunSpec, taskRunDebug
    case taskBreakpoints, taskRunStepSpec, workspaceBinding, customRunSpec, embeddedCustomRunSpec

    // Resources of `v1beta1`, which nothing carries out any more.
    case taskResources, taskResource, pipelineDeclaredResource, pipelineTaskResources, pipelineTaskInputResource
    case pipelineTaskOutputResource, pipelineResourceBinding, pipelineResourceRef, pipelineResourceSpec, resourceParam
    case secretParam, taskRunResources, taskResourceBinding

    // Containers.
    case envVar, envVarSource, configMapKeySelector, secretKeySelector, objectFieldSelector, resourceFieldSelector
    case fileKeySelector, envFromSource, optionalReference, localObjectReference, containerPort, resources
    case resourceClaim, volumeMount, volumeDevice, lifecycle, lifecycleHandler, execAction, httpGetAction, httpHeader
    case tcpSocketAction, grpcAction, sleepAction, probe, securityContext, capabilities, seLinuxOptions
    case securityProfile, windowsOptions

    // Volumes.
    case volume, keyToPath, downwardAPIFile, downwardAPIProjection, projectedVolume, volumeProjection
    case configMapProjection, serviceAccountTokenProjection, clusterTrustBundleProjection, podCertificateProjection
    case secretVolume, configMapVolume, emptyDirVolume, hostPathVolume, claimVolume, downwardAPIVolume, csiVolume
    case ephemeralVolume, imageVolume, nfsVolume, gitRepoVolume, cloudDiskVolume, claim, claimTemplate, claimSpec
    case claimResources, typedReference, iscsiVolume, glusterfsVolume, rbdVolume, flexVolume, cinderVolume
    case cephfsVolume, flockerVolume, fcVolume, azureFileVolume, azureDiskVolume, vsphereVolume, quobyteVolume
    case photonVolume, portworxVolume, scaleIOVolume, storageOSVolume, gceDiskVolume

    // Pods.
    case podTemplate, podSecurityContext, sysctl, toleration, topologySpreadConstraint, hostAlias, podDNSConfig
    case podDNSConfigOption, affinity, nodeAffinity, podAffinity, nodeSelector, nodeSelectorTerm
    case nodeSelectorRequirement, preferredSchedulingTerm, weightedPodAffinityTerm, podAffinityTerm
}
